import type { Training, TrainingSession } from '@puebla/schemas';
import { language } from '../core/language.ts';
import { dayIn, zone } from '../core/zone.ts';
import type { Whole } from '../feed/whole.ts';

/** One session of a training. */
export interface Held {
  readonly key: string;
  readonly item: Whole;
  readonly training: Training;
  readonly session: TrainingSession;
  /** Epoch milliseconds; of whole days, those of UTC: they are of the calendar of the place, whatever zone is chosen. */
  readonly from: number;
  readonly to: number;
  readonly isWholeDays: boolean;
}

export const dayMs = 86_400_000;

export function heldOf(item: Whole): readonly Held[] {
  const training = item.event.data as unknown as Training;
  return training.sessions.flatMap((session, place): Held[] => {
    const { days, start, end } = session;
    const common = { key: `${item.name} ${place}`, item, training, session };
    if (typeof days?.from === 'string') {
      const from = Date.parse(days.from);
      return [{ ...common, from, to: Date.parse(days.to ?? days.from) + dayMs - 1, isWholeDays: true }];
    }
    if (start === null || end === null) return [];
    return [{ ...common, from: Date.parse(start), to: Date.parse(end), isWholeDays: false }];
  });
}

/** The days on which a session is held, by the chosen zone. */
export function daysOf({ from, to, isWholeDays }: Held): readonly string[] {
  const timeZone = isWholeDays ? 'UTC' : zone.value;
  const first = Date.parse(dayIn(timeZone, from));
  // What ends at midnight is not held on the day that begins then.
  const last = Date.parse(dayIn(timeZone, Math.max(from, to - 1)));
  const count = Math.round((last - first) / dayMs) + 1;
  return Array.from({ length: count }, (_, i) => new Date(first + i * dayMs).toISOString().slice(0, 10));
}

const dayFields = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
const hourFields = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** When a session is held, with its day. */
export function whenText({ from, to, isWholeDays }: Held, timeZone: string): string {
  const fields = isWholeDays ? { ...dayFields, timeZone: 'UTC' } : { ...dayFields, ...hourFields, timeZone };
  return new Intl.DateTimeFormat(language.value, fields).formatRange(from, to);
}

/** The hour at which it begins in the chosen zone. */
export function hourText({ from }: Held): string {
  return new Intl.DateTimeFormat(language.value, { ...hourFields, timeZone: zone.value }).format(from);
}
