import { catalogue, laneCount } from '@puebla/schemas';
import type { TopicPlan } from './kafka/topics.ts';

/** Since keys are unique nothing is ever removed; `since` is the broker's clock (design.md, "Time"). */
const ofEvents = {
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'LogAppendTime',
  'cleanup.policy': 'delete',
};
/** A letter is known by its key: of several with one key the last one counts. */
const ofLetters = { ...ofEvents, 'cleanup.policy': 'compact' };

/** Every topic of the exchange: for each kind its lanes, and one lane of dead letters. */
export const exchangeTopics: readonly TopicPlan[] = catalogue.flatMap(({ topic, deadTopic }) => [
  { topic, partitions: laneCount, config: ofEvents },
  { topic: deadTopic, partitions: 1, config: ofLetters },
]);
