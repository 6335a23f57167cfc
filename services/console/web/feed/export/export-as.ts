import { save } from '../../parts/save.ts';
import type { Item } from '../event.ts';
import type { Followed } from '../follow.ts';
import { wholeEvents } from './whole-events.ts';

const types = {
  csv: 'text/csv;charset=utf-8',
  geojson: 'application/geo+json',
  ndjson: 'application/x-ndjson',
} as const;
/** Programs of tables take a file without it for another encoding. */
const byteOrderMark = '\uFEFF';

/** Gives the reader a file of these events. @returns how many are in it. Rejects with ApiError */
export async function exportAs(
  format: keyof typeof types,
  items: readonly Item[],
  asked: Followed,
): Promise<number> {
  const { csvOf, geoJsonOf } = await import('./formats.ts');
  if (format === 'csv') give(format, [byteOrderMark, csvOf(items)]);
  else if (format === 'geojson') give(format, [geoJsonOf(items)]);
  else {
    const events = await wholeEvents(asked, new Set(items.map(({ name }) => name)));
    give(
      format,
      events.map((event) => `${JSON.stringify(event)}\n`),
    );
    return events.length;
  }
  return items.length;
}

function give(format: keyof typeof types, parts: readonly string[]): void {
  const name = `puebla-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${format}`;
  save(name, types[format], parts);
}
