import type { EventRecord, ProblemError } from '@puebla/kit';
import type { Held, Kept } from './identities.ts';

/** `again`: it was kept before this publisher asked. A callback, since a promise an event costs as much as its encoding. */
export type Done = (outcome: Kept | ProblemError, again: boolean) => void;

/** An event on its way to the log. */
export interface Pending extends Held {
  readonly event: EventRecord;
  readonly bytes: number;
  /** Since when somebody waits for it, epoch ms. */
  since: number;
  /** Until it is kept, or given up. */
  open: boolean;
  /** Empty once those who waited were answered that the outcome is not known. */
  waiting: Done[];
  /** Whether a first attempt was made, and from where its record would be found. */
  sentFrom: number | undefined;
}

/** What a record takes beside its content: its place in the queue and in the table of identities. */
const overheadBytes = 512;

export function pendingOf(event: EventRecord, done: Done): Pending {
  return {
    digest: event.digest,
    timestamp: undefined,
    event,
    bytes: event.record.content.length + overheadBytes,
    since: Date.now(),
    open: true,
    waiting: [done],
    sentFrom: undefined,
  };
}

export function isOpen({ open }: Pending): boolean {
  return open;
}
