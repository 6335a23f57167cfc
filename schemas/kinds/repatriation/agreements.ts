import type { Hours } from '../../local-time.ts';
import table from './agreements.json' with { type: 'json' };

/** Hours that a party has for each step, counted as `deadline` in `machine.ts` says. */
export interface StepDeadlines {
  readonly acknowledge: number;
  readonly confirm: number;
  readonly receive: number;
  readonly followUp: number;
}

/** What an agreement says of people sent by one state to another. */
export interface AgreedPair {
  /** Id of the agreement. */
  readonly agreement: string;
  readonly sending: string;
  readonly receiving: string;
  /** Ids of crossing points. */
  readonly points: readonly string[];
  /** By the clock at the point. */
  readonly hours: Hours;
  readonly deadlines: StepDeadlines;
}

export const agreedPairs: readonly AgreedPair[] = table.agreements.flatMap(({ id, pairs }) =>
  pairs.map((pair) => ({ ...pair, agreement: id })),
);

/** Undefined where the two have no agreement that we know: then any point of the receiving state, at any hour. */
export function agreedPairOf(
  sending: string | undefined,
  receiving: string | undefined,
): AgreedPair | undefined {
  return agreedPairs.find((pair) => pair.sending === sending && pair.receiving === receiving);
}

/** Those of the agreement of the two, or the general ones. */
export function deadlinesOf(sending: string | undefined, receiving: string | undefined): StepDeadlines {
  return agreedPairOf(sending, receiving)?.deadlines ?? table.elsewhere.deadlines;
}
