import { type Follower, type Offsets, offsetOf } from '@puebla/kit';

/**
 * `connecting`: no database, or no log, yet or any more. `waiting`: another instance applies. `filling`: the view was
 * emptied and is not whole yet. `following`: whole, and kept so.
 */
export type ApplyPhase = 'connecting' | 'waiting' | 'filling' | 'following';

/** Records in the log that are not applied yet, by topic. */
type Lag = readonly (readonly [topic: string, records: number])[];

export interface ApplyStatus {
  readonly phase: ApplyPhase;
  /** What is wrong now. */
  readonly trouble: string | undefined;
  readonly lag: Lag;
}

/** What is known of the present try, for whoever asks about health. */
export interface Session {
  phase: ApplyPhase;
  trouble: string | undefined;
  /** The last fetch that failed, epoch ms. */
  logTrouble: { readonly text: string; readonly at: number } | undefined;
  /** Something was applied. */
  progressed: boolean;
  /** Of the events, and of the audit. */
  followers: readonly Follower[];
}

export function statusOf({ phase, trouble, logTrouble, followers }: Session): ApplyStatus {
  const lastAnswer = Math.min(...followers.map((follower) => follower.lastAnswer()));
  const silent = logTrouble !== undefined && logTrouble.at > lastAnswer;
  const lag = followers.flatMap((follower) => lagBetween(follower.positions(), follower.ends()));
  return { phase, trouble: trouble ?? (silent ? logTrouble.text : undefined), lag };
}

function lagBetween(applied: Offsets, ends: Offsets): Lag {
  return Object.entries(ends).map(([topic, lanes]) => {
    const behind = lanes.map((end, partition) => end - offsetOf(applied, { topic, partition }));
    return [topic, behind.reduce((sum, records) => sum + Math.max(0, records), 0)];
  });
}
