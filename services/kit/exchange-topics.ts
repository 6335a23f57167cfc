import { catalogue, laneCount } from '@puebla/schemas';
import { auditTopic } from './audit.ts';
import { directoryTopic } from './directory.ts';
import type { TopicPlan } from './kafka/topics.ts';
import { threadsTopic } from './thread-states.ts';

/** Nothing goes by age or size; `since` is the broker's clock (design.md, "Time"). */
const kept = { 'retention.ms': '-1', 'retention.bytes': '-1', 'message.timestamp.type': 'LogAppendTime' };

/** As long as backups are kept: a store that comes back from one meets the tombstones of what it still has. */
const tombstonesKeptMs = 30 * 86_400_000;
const maxDeleteDelayMs = 60_000;

/** What waits for a second signature. A tombstone takes a draft's body away. */
export const draftsTopic = 'puebla.drafts';

/** What recipients state of events that were taken back. */
export const recallsTopic = 'puebla.recalls';

/** The steps by which a recalled body leaves the log, ms. */
export interface EraseTimes {
  /** A marker that is appended to the lane so long after the tombstone ends the segment that both lie in. */
  readonly segmentMs: number;
  /** Past this age the cleaner takes ended segments, however small a part of a large lane they are. */
  readonly compactionLagMs: number;
  /** The former files stay so long. */
  readonly deleteDelayMs: number;
}

/**
 * The first two begin together with the tombstone, the third follows: after five eighths, and what its cleaner sleeps (15 s), the broker has
 * erased it. The rest is for a cleaner that has much to do.
 */
export function eraseTimes(eraseWithinSeconds: number): EraseTimes {
  const ms = eraseWithinSeconds * 1_000;
  return { segmentMs: ms / 4, compactionLagMs: ms / 2, deleteDelayMs: Math.min(ms / 8, maxDeleteDelayMs) };
}

const inMemory = [directoryTopic, draftsTopic, threadsTopic, recallsTopic];

/**
 * Every topic of the exchange: the directory, drafts, states of threads, statements about recalls, the audit in the participants' lanes, and
 * for each kind its lanes and one lane of dead letters. All but the audit, which has no keys, are compacted: events, whose keys are
 * unique, lose by it what was recalled and nothing else; of a letter, and of what is held in memory, the last one counts.
 */
export function exchangeTopics(eraseWithinSeconds: number): readonly TopicPlan[] {
  const config = compacted(eraseWithinSeconds);
  return [
    ...inMemory.map((topic) => compactedPlan(topic, eraseWithinSeconds)),
    { topic: auditTopic, partitions: laneCount, config: { ...kept, 'cleanup.policy': 'delete' } },
    ...catalogue.flatMap(({ topic, deadTopic }) => [
      { topic, partitions: laneCount, config },
      { topic: deadTopic, partitions: 1, config },
    ]),
  ];
}

/** Held in memory by those who follow it: one lane. */
export function compactedPlan(topic: string, eraseWithinSeconds: number): TopicPlan {
  return { topic, partitions: 1, config: compacted(eraseWithinSeconds) };
}

function compacted(eraseWithinSeconds: number): TopicPlan['config'] {
  const { segmentMs, compactionLagMs, deleteDelayMs } = eraseTimes(eraseWithinSeconds);
  return {
    ...kept,
    'cleanup.policy': 'compact',
    'segment.ms': String(segmentMs),
    'max.compaction.lag.ms': String(compactionLagMs),
    'file.delete.delay.ms': String(deleteDelayMs),
    'delete.retention.ms': String(tombstonesKeptMs),
  };
}
