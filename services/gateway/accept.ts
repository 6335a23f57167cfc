import { hash, randomUUID } from 'node:crypto';
import { bodyOf, type Codec, type EventRecord, newTraceparent, ProblemError, toRecord } from '@puebla/kit';
import {
  type ActiveAgency,
  canPublish,
  type Directory,
  type EventHead,
  type Kind,
  type ValidEvent,
  validateEvent,
} from '@puebla/schemas';

/** A CloudEvent may have this many bytes, of JSON as it comes and of Avro as it is kept: the broker's limit is never met. */
export const maxEventBytes = 256 * 1024;

export interface Accepted {
  readonly kind: Kind;
  readonly event: EventRecord;
  readonly id: string;
}

/**
 * From what an agency sent to the record for its lane: checked against the contract and who may publish what, stamped
 * with source, readers, trace and digest, and encoded. Throws ProblemError: invalid, not-permitted, too-large.
 *
 * @param fallbackId its id when the event has none (from its idempotency key)
 * @param traceparent and tracestate of the request, used when the event has no context of its own
 */
export function accept(
  input: unknown,
  context: {
    readonly agency: ActiveAgency;
    readonly directory: Directory;
    readonly codec: Pick<Codec, 'encode'>;
    readonly now: number;
    readonly traceparent?: string | undefined;
    readonly tracestate?: string | undefined;
    readonly fallbackId?: string | undefined;
    /** Whether the JSON was plain (`isPlain`). */
    readonly plain?: boolean;
  },
): Accepted {
  const { agency, codec, now } = context;
  const { kind, event, readers } = permitted(input, context);
  const id = event.id ?? context.fallbackId ?? randomUUID();
  const traceparent = event.traceparent ?? context.traceparent ?? newTraceparent();
  // Of the context that is carried, and of no other.
  const tracestate = event.traceparent === undefined ? context.tracestate : event.tracestate;
  const head: { -readonly [Name in keyof EventHead]: EventHead[Name] } = {
    id,
    agency: agency.id,
    participant: agency.participant,
    kind: kind.name,
    time: event.time ?? new Date(now).toISOString(),
    tlp: event.tlp,
    traceparent,
  };
  if (event.subject !== undefined) head.subject = event.subject;
  if (event.audience !== undefined) head.audience = event.audience;
  if (readers !== undefined) head.readers = readers;
  if (event.usecode !== undefined) head.usecode = event.usecode;
  if (tracestate !== undefined) head.tracestate = tracestate;
  const value = encode(codec, kind, event.data);
  return { kind, id, event: toRecord(head, value, digestOf(event, value)) };
}

/** An event that keeps the contract and that this agency may publish, and whom it is for. Throws ProblemError: invalid, not-permitted. */
export function permitted(
  input: unknown,
  context: {
    readonly agency: ActiveAgency;
    readonly directory: Directory;
    readonly now: number;
    readonly plain?: boolean;
  },
): { readonly kind: Kind; readonly event: ValidEvent; readonly readers: string | undefined } {
  const { agency, directory, now, plain } = context;
  const checked = validateEvent(input, now, plain);
  if (!checked.ok) throw new ProblemError('invalid', { violations: checked.violations });
  const { kind, event } = checked;
  const permission = canPublish(agency, kind, event, directory);
  if (!permission.ok) throw new ProblemError('not-permitted', { violations: permission.violations });
  return { kind, event, readers: permission.readers };
}

/** One of a batch may have come with more than it could have come with alone. */
function encode(codec: Pick<Codec, 'encode'>, kind: Kind, data: Record<string, unknown>): Buffer {
  try {
    const value = codec.encode(kind, data);
    if (value.length <= maxEventBytes) return value;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw new ProblemError('too-large', { detail: `at most ${maxEventBytes} bytes an event` });
}

/** The id of an event that came without one: the same agency and idempotency key give the same. */
export function idFromKey(agency: string, key: string): string {
  return hash('sha256', `${agency}\n${key}`, 'hex').slice(0, 32);
}

/** Attributes are bounded by the contract, six of 2,000 characters; JSON may take six bytes for one. */
const hashed = Buffer.allocUnsafeSlow(maxEventBytes + 128 * 1024);

/**
 * Of what the event says, whatever content mode and spelling of JSON it came in: a retry has the same, another body
 * another. Of the Avro body rather than the JSON: it is there already, half as long, and has one form.
 */
function digestOf({ type, time, subject, tlp, audience, usecode }: ValidEvent, value: Buffer): string {
  const attributes = JSON.stringify([type, time, subject, tlp, audience, usecode]);
  const attributesEnd = hashed.write(attributes, 'utf8');
  const end = attributesEnd + bodyOf(value).copy(hashed, attributesEnd);
  return hash('sha256', hashed.subarray(0, end), 'base64url');
}
