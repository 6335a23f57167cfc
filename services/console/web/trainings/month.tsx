import { OpenLink } from '../browse/browse.tsx';
import { language, t } from '../core/language.ts';
import { dayIn, zone } from '../core/zone.ts';
import { Words } from '../parts/words.tsx';
import { dayMs, daysOf, type Held, hourText } from './held.ts';

export interface MonthProps {
  /** YYYY-MM */
  readonly month: string;
  /** The earliest first. */
  readonly held: readonly Held[];
  readonly onMonth: (month: string) => void;
  readonly onOpen: (name: string) => void;
}

/** The days of a month, each with what is held on it; on a narrow screen those alone on which something is. */
export function Month({ month, held, onMonth, onOpen }: MonthProps) {
  const byDay = new Map<string, Held[]>();
  for (const one of held) for (const day of daysOf(one)) byDay.set(day, [...(byDay.get(day) ?? []), one]);
  const { days, before } = daysIn(month);
  const today = dayIn(zone.value, Date.now());
  const isEmpty = !days.some((day) => byDay.has(day));
  const next = held
    .filter(({ training }) => training.state !== 'CANCELLED')
    .flatMap((one) => daysOf(one).slice(0, 1))
    .map((day) => day.slice(0, 7))
    .find((one) => one > month);
  return (
    <section class="month" aria-labelledby="month-name">
      <div class="month-head">
        <button type="button" onClick={() => onMonth(moved(month, -1))} aria-label={t('trainings.before')}>
          ←
        </button>
        <h2 id="month-name" aria-live="polite">
          {nameOf(month)}
        </h2>
        <button type="button" onClick={() => onMonth(moved(month, 1))} aria-label={t('trainings.after')}>
          →
        </button>
        <button type="button" onClick={() => onMonth(today.slice(0, 7))}>
          {t('trainings.today')}
        </button>
      </div>
      <p class="muted">{t('trainings.inZone', { zone: zone.value })}</p>
      {isEmpty && (
        <p>
          {t('trainings.noneInMonth')}{' '}
          {next !== undefined && (
            <button type="button" class="link" onClick={() => onMonth(next)}>
              {t('trainings.nextIn', { month: nameOf(next) })}
            </button>
          )}
        </p>
      )}
      <ol class="days">
        {days.map((day, i) => {
          const place = { '--column': i === 0 ? before + 1 : 'auto' };
          return (
            <li key={day} class="day" style={place} data-today={day === today} data-empty={!byDay.has(day)}>
              <Day day={day} />
              {byDay.has(day) && (
                <ul>
                  {(byDay.get(day) ?? []).map((one) => (
                    <li
                      key={one.key}
                      data-name={one.item.name}
                      data-cancelled={one.training.state === 'CANCELLED'}
                    >
                      {!one.isWholeDays && <span class="hour">{hourText(one)} </span>}
                      <OpenLink name={one.item.name} onOpen={onOpen}>
                        <Words of={one.training.information} at="title" otherwise={one.item.name} />
                      </OpenLink>
                      {one.training.state === 'CANCELLED' && (
                        <span class="chip late">{t('trainings.cancelled')}</span>
                      )}
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function nameOf(month: string): string {
  const fields = { month: 'long', year: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(language.value, fields).format(Date.parse(`${month}-01`));
}

function Day({ day }: { readonly day: string }) {
  const at = Date.parse(day);
  const weekday = new Intl.DateTimeFormat(language.value, { weekday: 'short', timeZone: 'UTC' }).format(at);
  return (
    <time dateTime={day}>
      <span class="weekday">{weekday} </span>
      {Number(day.slice(8))}
    </time>
  );
}

/** Of a month all days, and how many of its first week are of the month before. */
function daysIn(month: string): { readonly days: readonly string[]; readonly before: number } {
  const first = Date.parse(`${month}-01`);
  const count = Math.round((Date.parse(`${moved(month, 1)}-01`) - first) / dayMs);
  const days = Array.from({ length: count }, (_, i) =>
    new Date(first + i * dayMs).toISOString().slice(0, 10),
  );
  // From Monday, as ISO 8601 has it.
  return { days, before: (new Date(first).getUTCDay() + 6) % 7 };
}

function moved(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
}
