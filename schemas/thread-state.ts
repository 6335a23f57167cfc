import { addressOfName, addressPattern } from './address.ts';
import { isObject } from './avro-check.ts';
import type { EventHead } from './event-head.ts';
import type { HandledEvent } from './handling.ts';
import type { KindName } from './kind.ts';
import { parseInstant } from './time.ts';

/** An event as its state is looked up. */
export type Identified = Pick<EventHead, 'agency' | 'id' | 'kind' | 'thread'>;

/** An event and what decides who may read it. */
export type HandledVersion = HandledEvent & Pick<EventHead, 'id' | 'kind'>;

/** Of a thread, and not the first. */
export interface NewerVersion extends HandledVersion {
  /** The one before, as it is stamped: where that is for others. */
  readonly replaced?: HandledVersion;
}

export interface PlacedVersion extends NewerVersion {
  /** In the lane. */
  readonly offset: number;
}

/** An event that was taken back, with all of its thread; an answer alone. */
export interface Recalled extends HandledEvent {
  /** Its address, of a thread that of its first event: whoever has any of its versions knows that one. */
  readonly of: string;
  /** The address that its recall names, where that is another one of the thread. */
  readonly named?: string;
  /** Of its thread. */
  readonly kind: KindName;
  /** The event that takes it back, `<agency>/<id>`. */
  readonly recall: string;
  /** One of `RecallReason`. */
  readonly reason: string;
  /** When the exchange took it, epoch milliseconds. */
  readonly at: number;
  /** How the versions were handled that stand before it in the lane, each way once: whoever could read one of them loses sight too. */
  readonly before?: readonly HandledEvent[];
}

/** What became of a thread, where that decides who reads it: it has a newer version, or was taken back. */
export interface ThreadState {
  readonly newest?: NewerVersion;
  readonly recalled?: Recalled;
  /** All but the first, in the order of the lane. */
  readonly versions?: readonly PlacedVersion[];
}

/**
 * What one event makes of its thread, and its offset in the lane: of two versions the later is the newest, and a recall counts whatever
 * comes later. So the state follows the lane, in whatever order its changes are known.
 */
export interface ThreadChange {
  /** `<agency>/<id>` of the thread's first event; of an answer that was taken back, its own. */
  readonly name: string;
  readonly offset: number;
  readonly state: Pick<ThreadState, 'newest' | 'recalled'>;
}

/** States of all threads that have one; the others have one version, which stands. */
export interface ThreadStates {
  of(name: string): ThreadState | undefined;
}

export const noThreadStates: ThreadStates = { of: () => undefined };

export function nameOf({ agency, id }: Pick<EventHead, 'agency' | 'id'>): string {
  return `${agency}/${id}`;
}

/** Whether an event was taken back: nobody reads it (rules.md, canRead, row 1). */
export function isRecalled(event: Omit<Identified, 'kind'>, threads: ThreadStates): boolean {
  if (threads.of(nameOf(event))?.recalled !== undefined) return true;
  return event.thread !== undefined && threads.of(event.thread)?.recalled !== undefined;
}

/** The version that stands in the place of this one; undefined where this one stands itself, or is no version but an answer. */
export function newerThan(event: Identified, threads: ThreadStates): HandledVersion | undefined {
  const newest = threads.of(event.thread ?? nameOf(event))?.newest;
  if (newest === undefined || newest.kind !== event.kind) return undefined;
  return nameOf(newest) === nameOf(event) ? undefined : newest;
}

/** A change from parsed JSON of any shape; undefined for what is none. */
export function readThreadChange(input: unknown): ThreadChange | undefined {
  if (!isObject(input)) return undefined;
  const { name, offset, state } = input;
  const isSound =
    typeof name === 'string' &&
    addressPattern.test(addressOfName(name)) &&
    Number.isSafeInteger(offset) &&
    isObject(state) &&
    (isHandled(state['newest']) || isRecalledState(state['recalled']));
  // What others go by was looked at above.
  return isSound ? (input as unknown as ThreadChange) : undefined;
}

function isHandled(input: unknown): boolean {
  return isObject(input) && typeof input['agency'] === 'string' && typeof input['tlp'] === 'string';
}

function isRecalledState(input: unknown): boolean {
  if (!isObject(input) || !isHandled(input)) return false;
  const { of, at } = input;
  return (
    typeof of === 'string' && typeof at === 'number' && parseInstant(new Date(at).toISOString()) !== undefined
  );
}
