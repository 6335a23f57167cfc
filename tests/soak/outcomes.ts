import type { EventKey, PublisherNote } from './history.ts';

/** What its publisher knows of an event in the end, over all attempts. */
export interface Outcome {
  readonly lane: string;
  readonly state: 'acknowledged' | 'refused' | 'open';
  /** Of the first attempt. */
  readonly invokedAt: number;
  /** When it was acknowledged; never, unless it was. */
  readonly acknowledgedAt: number;
}

/**
 * An acknowledgement outweighs every other answer. A refusal is final only when no attempt was left open: the first attempt may be
 * kept although the second was refused.
 */
export function outcomesOf(publishers: readonly (readonly PublisherNote[])[]): Map<EventKey, Outcome> {
  const outcomes = new Map<EventKey, Outcome>();
  const leftOpen = new Set<EventKey>();
  for (const note of publishers.flat()) {
    const known = outcomes.get(note.event);
    if (note.what === 'invoked') {
      const { at, lane } = note;
      const first = { lane, state: 'open', invokedAt: at, acknowledgedAt: Number.POSITIVE_INFINITY } as const;
      if (known === undefined) outcomes.set(note.event, first);
    } else if (known !== undefined && known.state !== 'acknowledged') {
      if (note.what === 'open') {
        leftOpen.add(note.event);
        outcomes.set(note.event, { ...known, state: 'open' });
      }
      if (note.what === 'acknowledged')
        outcomes.set(note.event, { ...known, state: 'acknowledged', acknowledgedAt: note.at });
      if (note.what === 'refused' && !leftOpen.has(note.event))
        outcomes.set(note.event, { ...known, state: 'refused' });
    }
  }
  return outcomes;
}
