import { language } from '../core/language.ts';

const units = [
  ['day', 86_400, 72 * 3_600],
  ['hour', 3_600, 3_600],
  ['minute', 60, 60],
  ['second', 1, 0],
] as const;

/** "36 h", "5 min": in hours up to three days, as troubles are told. */
export function durationText(seconds: number): string {
  const [unit, size] = units.find(([, , from]) => seconds >= from) ?? (['second', 1] as const);
  const format = new Intl.NumberFormat(language.value, {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  });
  return format.format(Math.floor(seconds / size));
}

export function hoursText(hours: number): string {
  return durationText(hours * 3_600);
}
