import {
  type AskingEvent,
  type HandledEvent,
  handlingOf,
  type Identified,
  type KindName,
  type Office,
  type Tlp,
} from '@puebla/schemas';

/** What the policy decides by, of a row of `library.events`. */
export interface HandlingRow {
  readonly agency: string;
  readonly id: string;
  readonly kind: KindName;
  readonly thread: string | null;
  readonly tlp: Tlp;
  readonly readers: string | null;
  readonly sponsor: string | null;
  readonly office: Office | null;
}

export const handlingColumns = 'agency, id, kind, thread, tlp, readers, sponsor, office';

export function handledEvent(row: HandlingRow): HandledEvent & Identified {
  const { id, kind, thread } = row;
  return { ...handlingOf(row), id, kind, ...(thread !== null && { thread }) };
}

/** With until when it asks to be acknowledged. */
export interface AskingRow extends HandlingRow {
  /** Epoch ms: PostgreSQL's bigint comes as text. */
  readonly ackby: string | null;
}

export const askingColumns = `${handlingColumns}, ackby`;

export function askingEvent(row: AskingRow): AskingEvent {
  return { ...handledEvent(row), ...(row.ackby === null ? {} : { ackby: Number(row.ackby) }) };
}
