import { catalogue, laneCount } from '@puebla/schemas';
import { directoryTopic } from './directory.ts';
import type { TopicPlan } from './kafka/topics.ts';

/** Since keys are unique nothing is ever removed; `since` is the broker's clock (design.md, "Time"). */
const ofEvents = {
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'LogAppendTime',
  'cleanup.policy': 'delete',
};
/** A letter, and a row of the directory, is known by its key: of several with one key the last one counts. */
const compacted = { ...ofEvents, 'cleanup.policy': 'compact' };

/** Every topic of the exchange: the directory, and for each kind its lanes and one lane of dead letters. */
export const exchangeTopics: readonly TopicPlan[] = [
  directoryPlan(directoryTopic),
  ...catalogue.flatMap(({ topic, deadTopic }) => [
    { topic, partitions: laneCount, config: ofEvents },
    { topic: deadTopic, partitions: 1, config: compacted },
  ]),
];

export function directoryPlan(topic: string): TopicPlan {
  return { topic, partitions: 1, config: compacted };
}
