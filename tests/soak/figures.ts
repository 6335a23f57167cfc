import type { Histories } from './history.ts';
import { type Outcome, outcomesOf } from './outcomes.ts';

/** What histories amount to, by name. */
export function figuresOf({ publishers, readers }: Histories): Record<string, number> {
  const outcomes = outcomesOf(publishers);
  const inState = (state: Outcome['state']): number =>
    outcomes.values().reduce((sum, outcome) => sum + Number(outcome.state === state), 0);
  const attempts = publishers.flat();
  const read = readers.flatMap(({ notes }) => notes);
  return {
    published: outcomes.size,
    acknowledged: inState('acknowledged'),
    refused: inState('refused'),
    open: inState('open'),
    attempts: attempts.filter(({ what }) => what === 'invoked').length,
    'attempts left open': attempts.filter(({ what }) => what === 'open').length,
    'streams and pages': read.filter(({ what }) => what === 'connected').length,
    gaps: read.filter(({ what }) => what === 'gap').length,
  };
}
