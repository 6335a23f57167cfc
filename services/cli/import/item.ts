import type { AgencyId, IncomingEvent } from '@puebla/schemas';
import type { RefusedRow } from './records.ts';

/** An event that rows of a file have become. */
export interface ImportedEvent {
  readonly ok: true;
  readonly country: string;
  /** Who publishes it: the agency that stands for the country. */
  readonly agency: AgencyId;
  /** The lines of its rows. */
  readonly lines: readonly number[];
  readonly event: IncomingEvent & { readonly id: string };
}

/** A label that came damaged from the source: it is imported as it is, and reported. */
interface DamagedLabel {
  readonly ok: true;
  readonly line: number;
  readonly label: string;
}

export type ImportItem = ImportedEvent | DamagedLabel | RefusedRow;

/** What a field holds instead of what it should, as the person who mends the file needs to see it. */
export const shown = (text: string): string =>
  JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
