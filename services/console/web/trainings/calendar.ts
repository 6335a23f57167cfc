import type { EventAttributes } from 'ics';
import { inLanguage } from '../core/language.ts';
import type { Held } from './held.ts';

/** iCalendar (RFC 5545) of these sessions. */
export async function calendarOf(held: readonly Held[]): Promise<string> {
  const { createEvents } = await import('ics');
  const { error, value } = createEvents(held.map(entryOf), { productId: 'puebla', calName: 'Puebla' });
  if (value === null) throw error ?? new Error('no calendar');
  return value;
}

function entryOf({ item, training, key, from, to, isWholeDays }: Held): EventAttributes {
  const { information, places, links, state } = training;
  const said = inLanguage(information);
  const where = places
    .map(({ venue, locality, country }) => [venue, locality, country].filter(Boolean).join(', '))
    .join('; ');
  const url = links.find((link) => link.url !== null)?.url;
  return {
    uid: `${encodeURIComponent(key)}@puebla`,
    title: said?.title ?? item.name,
    ...(said?.description && { description: said.description }),
    ...(where !== '' && { location: where }),
    ...(url && { url }),
    status: state === 'CANCELLED' ? 'CANCELLED' : 'CONFIRMED',
    startInputType: 'utc',
    startOutputType: 'utc',
    endInputType: 'utc',
    endOutputType: 'utc',
    // Of whole days the end is the day after the last.
    start: isWholeDays ? dayOf(from) : instantOf(from),
    end: isWholeDays ? dayOf(to + 1) : instantOf(to),
  };
}

function dayOf(at: number): [number, number, number] {
  const date = new Date(at);
  return [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
}

function instantOf(at: number): [number, number, number, number, number] {
  const date = new Date(at);
  return [...dayOf(at), date.getUTCHours(), date.getUTCMinutes()];
}
