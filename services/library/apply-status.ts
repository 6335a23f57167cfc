import type { Follower, Offsets } from '@puebla/kit';

/**
 * `connecting`: no database, or no log, yet or any more. `waiting`: another instance applies. `filling`: the view was
 * emptied and is not whole yet. `following`: whole, and kept so.
 */
export type ApplyPhase = 'connecting' | 'waiting' | 'filling' | 'following';

export interface ApplyStatus {
  readonly phase: ApplyPhase;
  /** What is wrong now. */
  readonly trouble: string | undefined;
  /** What is applied of each lane, and where it ends. */
  readonly positions: Offsets;
  readonly ends: Offsets;
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
  return {
    phase,
    trouble: trouble ?? (silent ? logTrouble.text : undefined),
    // Each has topics of its own.
    positions: Object.assign({}, ...followers.map((follower) => follower.positions())),
    ends: Object.assign({}, ...followers.map((follower) => follower.ends())),
  };
}
