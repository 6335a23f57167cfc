import { ownerOf } from './case.ts';
import type { EventKey } from './history.ts';
import type { Question } from './library.ts';

/**
 * Each event is asked for by its owner, who may always read it, and by one of the others in turn.
 *
 * @param askers agencies that take part now; undefined is who is not signed in
 */
export function questionsAbout(
  events: readonly EventKey[],
  askers: readonly (string | undefined)[],
): Question[] {
  return events.flatMap((event, index) => {
    const owner = ownerOf(event);
    const other = { as: askers[index % askers.length], event };
    return askers.includes(owner) && owner !== other.as ? [{ as: owner, event }, other] : [other];
  });
}
