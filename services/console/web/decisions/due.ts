import { participantOfAgency } from '@puebla/schemas';
import { language } from '../core/language.ts';
import { dayIn, zone } from '../core/zone.ts';
import { pagesOf, take } from '../feed/follow.ts';
import { isWhole, wholeOf, wholeStore } from '../feed/whole.ts';
import { type Registered, registerOf } from './register.ts';

const soonMs = 30 * 86_400_000;

/** @returns what asks for the decisions that an agency's participant is to carry out, overdue or soon due; after the first time only what is new is asked */
export function decisionsDue(agency: string): (left: AbortSignal) => Promise<readonly Registered[]> {
  const participant = participantOfAgency(agency)?.code;
  const store = wholeStore(true);
  const asked = { filter: { kind: ['decision'] }, since: 'earliest', history: true } as const;
  let cursor: string | undefined;
  return async (left) => {
    for await (const page of pagesOf({ ...asked, language: language.value }, cursor, left)) {
      take(store, page.items, wholeOf);
      cursor = page.cursor;
    }
    const now = Date.now();
    const soon = dayIn(zone.value, now + soonMs);
    return registerOf(store.shown.value.filter(isWhole), dayIn(zone.value, now)).filter(
      ({ responsible, dueIs, due }) =>
        participant !== undefined &&
        responsible.includes(participant) &&
        (dueIs === 'late' || (dueIs === 'open' && due !== null && due <= soon)),
    );
  };
}
