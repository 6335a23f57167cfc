import type { EventKey, Histories, Stamp } from './history.ts';
import { type Outcome, outcomesOf } from './outcomes.ts';
import { type Sight, sightOf } from './sights.ts';
import { type Lives, livesOf } from './standing.ts';
import { type Period, periodsOf } from './world.ts';

/** The histories, ready to be judged. */
export interface Case {
  readonly histories: Histories;
  readonly outcomes: ReadonlyMap<EventKey, Outcome>;
  readonly lives: Lives;
  readonly sights: readonly Sight[];
  readonly periods: readonly Period[];
  /** Of each event that anybody has seen, as the first one saw it. */
  readonly stamps: ReadonlyMap<EventKey, Stamp>;
}

export function caseOf(histories: Histories): Case {
  const sights = histories.readers.map(sightOf);
  const stamps = new Map<EventKey, Stamp>();
  for (const { seen } of sights)
    for (const [key, { stamp }] of seen) if (!stamps.has(key)) stamps.set(key, stamp);
  const outcomes = outcomesOf(histories.publishers);
  return {
    histories,
    outcomes,
    lives: livesOf(outcomes),
    sights,
    periods: periodsOf(histories.directory, histories.outages),
    stamps,
  };
}

export function ownerOf(key: EventKey): string {
  return key.slice(0, key.indexOf('/'));
}
