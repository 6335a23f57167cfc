import { catalogue, laneCount } from '@puebla/schemas';
import { auditTopic } from './audit.ts';
import { directoryTopic } from './directory.ts';
import type { TopicPlan } from './kafka/topics.ts';
import { threadsTopic } from './thread-states.ts';

/** Since keys are unique nothing is ever removed; `since` is the broker's clock (design.md, "Time"). */
const ofEvents = {
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'message.timestamp.type': 'LogAppendTime',
  'cleanup.policy': 'delete',
};
/** A letter, and a row of the directory, is known by its key: of several with one key the last one counts. */
const compacted = { ...ofEvents, 'cleanup.policy': 'compact' };

/** What waits for a second signature. A tombstone takes a draft's body away. */
export const draftsTopic = 'puebla.drafts';

/** What recipients state of events that were taken back. */
export const recallsTopic = 'puebla.recalls';

/** Every topic of the exchange: the directory, drafts, states of threads, statements about recalls, the audit in the participants' lanes, and for each kind its lanes and one lane of dead letters. */
export const exchangeTopics: readonly TopicPlan[] = [
  compactedPlan(directoryTopic),
  compactedPlan(draftsTopic),
  compactedPlan(threadsTopic),
  compactedPlan(recallsTopic),
  { topic: auditTopic, partitions: laneCount, config: ofEvents },
  ...catalogue.flatMap(({ topic, deadTopic }) => [
    { topic, partitions: laneCount, config: ofEvents },
    { topic: deadTopic, partitions: 1, config: compacted },
  ]),
];

/** Held in memory by those who follow it: one lane. */
export function compactedPlan(topic: string): TopicPlan {
  return { topic, partitions: 1, config: compacted };
}
