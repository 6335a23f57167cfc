import type { EventKey, Marking, PublisherNote, Sequel } from './history.ts';

/** One request, and what became of it. */
export interface Attempt {
  readonly invokedAt: number;
  readonly answeredAt: number;
  readonly answer: 'acknowledged' | 'refused' | 'open';
  readonly status?: number;
}

/** What its publisher knows of an event in the end, over all attempts. */
export interface Outcome {
  readonly lane: string;
  readonly marking: Marking;
  readonly sequel: Sequel | undefined;
  readonly follows: EventKey | undefined;
  readonly broken: boolean;
  readonly signer: string | undefined;
  readonly author: string | undefined;
  readonly dueAt: number | undefined;
  readonly state: 'acknowledged' | 'refused' | 'open';
  /** Of the first attempt. */
  readonly invokedAt: number;
  /** When it was acknowledged; never, unless it was. */
  readonly acknowledgedAt: number;
  /** Of a step: whether its sender was told that it does not count. */
  readonly isVoid: boolean;
  readonly attempts: readonly Attempt[];
}

/**
 * An acknowledgement outweighs every other answer. A refusal is final only when no attempt was left open: the first attempt may be
 * kept although the second was refused.
 */
export function outcomesOf(publishers: readonly (readonly PublisherNote[])[]): Map<EventKey, Outcome> {
  const outcomes = new Map<EventKey, Outcome>();
  for (const [event, notes] of Map.groupBy(publishers.flat(), (note) => note.event)) {
    const outcome = outcomeOf(notes);
    if (outcome !== undefined) outcomes.set(event, outcome);
  }
  return outcomes;
}

function outcomeOf(notes: readonly PublisherNote[]): Outcome | undefined {
  const [first] = notes;
  if (first?.what !== 'invoked') return undefined;
  const attempts = attemptsOf(notes);
  const acknowledged = notes.find((note) => note.what === 'acknowledged');
  const isRefused = attempts.length > 0 && attempts.every(({ answer }) => answer === 'refused');
  return {
    lane: first.lane,
    marking: first.marking,
    sequel: first.sequel,
    follows: first.follows,
    broken: first.broken === true,
    signer: first.signer,
    author: first.author,
    dueAt: first.dueAt,
    state: acknowledged !== undefined ? 'acknowledged' : isRefused ? 'refused' : 'open',
    invokedAt: first.at,
    acknowledgedAt: acknowledged?.at ?? Number.POSITIVE_INFINITY,
    isVoid: acknowledged?.isVoid === true,
    attempts,
  };
}

/** Each attempt of an event is over before the next begins. */
function attemptsOf(notes: readonly PublisherNote[]): Attempt[] {
  const attempts: Attempt[] = [];
  let invokedAt: number | undefined;
  for (const note of notes) {
    if (note.what === 'invoked') {
      if (invokedAt !== undefined) attempts.push(neverAnswered(invokedAt));
      invokedAt = note.at;
    } else if (invokedAt !== undefined) {
      const status = note.what === 'refused' ? { status: note.status } : {};
      attempts.push({ invokedAt, answeredAt: note.at, answer: note.what, ...status });
      invokedAt = undefined;
    }
  }
  return invokedAt === undefined ? attempts : [...attempts, neverAnswered(invokedAt)];
}

function neverAnswered(invokedAt: number): Attempt {
  return { invokedAt, answeredAt: Number.POSITIVE_INFINITY, answer: 'open' };
}
