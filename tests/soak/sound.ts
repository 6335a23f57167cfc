import { check } from './checker.ts';
import { demonstrationWorld } from './demonstration.ts';
import type { Histories, Marking, PublisherNote, ReaderHistory, Sequel, Stamp } from './history.ts';
import type { ViolationCode } from './violations.ts';

/** What sound histories are made of, and what the checker finds in those that are not. */

export interface Sent {
  readonly event: string;
  readonly at: number;
  readonly marking: Marking;
  readonly stamp: Stamp;
  readonly lane?: string;
  readonly sequel?: Sequel;
  readonly follows?: string;
  readonly isVoid?: boolean;
  /** Of one that is refused. */
  readonly status?: number;
  readonly answeredAt?: number;
  /** Who signs it second, and who has sent it. */
  readonly signer?: string;
  readonly author?: string;
}

export const owner = 'mx-fgr';
/** An id alone is the owner's. */
export const keyOf = (id: string): string => (id.includes('/') ? id : `${owner}/${id}`);

export function notesOf(sent: Sent): PublisherNote[] {
  const {
    event,
    at,
    marking,
    lane = 'alert/MX',
    sequel,
    follows,
    isVoid,
    status,
    answeredAt = at + 5,
    signer,
    author,
  } = sent;
  const by = { ...(signer && { signer }), ...(author && { author }) };
  const after = { ...(sequel && { sequel }), ...(follows && { follows }), ...by };
  return [
    { at, event, what: 'invoked', lane, marking, ...after },
    status === undefined
      ? { at: answeredAt, event, what: 'acknowledged', receipt: '', ...(isVoid && { isVoid }) }
      : { at: answeredAt, event, what: 'refused', status },
  ];
}

export function historiesOf(
  sent: readonly Sent[],
  readers: readonly ReaderHistory[],
  more: Partial<Histories> = {},
): Histories {
  return {
    publishers: [sent.flatMap(notesOf)],
    readers,
    looks: [],
    threads: [],
    asked: [],
    directory: { begins: demonstrationWorld(), notes: [], intrusions: [] },
    outages: [],
    ...more,
  };
}

export const found = (all: Histories): (readonly [ViolationCode, string])[] =>
  check(all).violations.map(({ code, reader }) => [code, reader]);
