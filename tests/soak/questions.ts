import { ownerOf } from './case.ts';
import type { EventKey } from './history.ts';
import type { Question } from './library.ts';

/** Of what is asked for by its owner: also asked for by another. */
const oneIn = 3;

/**
 * Each event is asked for by its owner, who may always read it; one in three, and what its owner cannot ask for, by one of all in turn.
 *
 * @param askers agencies that take part now; undefined is who is not signed in
 */
export function questionsAbout(
  events: readonly EventKey[],
  askers: readonly (string | undefined)[],
): Question[] {
  return events.flatMap((event, index) => {
    const owner = ownerOf(event);
    const own = askers.includes(owner) ? [{ as: owner, event }] : [];
    const isAsked = own.length === 0 || index % oneIn === 0;
    const as = askers[Math.floor(index / oneIn) % askers.length];
    return isAsked && as !== owner ? [...own, { as, event }] : own;
  });
}
