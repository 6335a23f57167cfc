import { hash, randomUUID } from 'node:crypto';
import { bodyOf, type Codec, type EventRecord, newTraceparent, ProblemError, toRecord } from '@puebla/kit';
import {
  type ActiveAgency,
  type AgencyId,
  type Answered,
  canPublish,
  changeBy,
  type Directory,
  type EventHead,
  type EventPlace,
  endedAgencies,
  isAudited,
  isThreadKind,
  type Kind,
  type KindName,
  kindOf,
  lapsed,
  nameOf,
  type Permission,
  type Reference,
  type StepEvent,
  type ThreadChange,
  type Tlp,
  threadRules,
  unconfirmed,
  type ValidEvent,
  type Violation,
  validateEvent,
} from '@puebla/schemas';

/** A CloudEvent may have this many bytes, of JSON as it comes and of Avro as it is kept: the broker's limit is never met. */
export const maxEventBytes = 256 * 1024;

/** A thread as far as it has come. */
export interface Thread {
  /** `<agency>/<id>` of its first event. */
  readonly name: string;
  readonly topic: string;
  /** What is of the kind of the thread, in lane order. */
  readonly steps: readonly StepEvent[];
  /** The event that is referred to. */
  readonly referred: Answered;
}

/** An event that goes on with a thread cannot be accepted before that is known. */
export class ThreadNeeded extends Error {
  override readonly name = 'ThreadNeeded';
  readonly kind: Kind['name'];
  readonly refersTo: Reference;

  constructor(kind: Kind['name'], refersTo: Reference) {
    super('its thread must be known first');
    this.kind = kind;
    this.refersTo = refersTo;
  }
}

export interface Accepted {
  readonly kind: Kind;
  readonly event: EventRecord;
  readonly id: string;
  /** The thread that it goes on with, `<agency>/<id>` of its first event. */
  readonly thread: string | undefined;
  /** The agency whose releaser must sign before it may be published; undefined when it may be now. */
  readonly signer: AgencyId | undefined;
  /** What it makes of its thread, once it stands there; absent for one that begins a thread. */
  readonly change?: (place: EventPlace) => ThreadChange | undefined;
  /** Of a recall: the address of what it takes back, and the kind of that. */
  readonly recalls?: { readonly of: string; readonly kind: KindName };
  /** In danger to life: the agency whose releaser reviews it once it is published. */
  readonly reviewer: AgencyId | undefined;
  /** Why it is refused unless it is kept already. */
  readonly lapsed?: readonly Violation[];
  /** Of one with something doubtful in its texts: why it may be said, and what it is. */
  readonly confirmed?: { readonly reason: string; readonly findings: readonly string[] };
  /** Of one whose publication is told to the audit. */
  readonly handling?: { readonly tlp: Tlp; readonly readers?: string };
}

/** What is known of a request beside the event itself. */
export interface AcceptContext {
  readonly agency: ActiveAgency;
  readonly directory: Directory;
  readonly codec: Pick<Codec, 'encode'>;
  readonly now: number;
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
  readonly fallbackId?: string | undefined;
  /** Whether the JSON was plain (`isPlain`). */
  readonly plain?: boolean;
  /** The thread that it goes on with, where it refers to an event; asked for by `ThreadNeeded`. */
  readonly thread?: Thread;
  /** The agency that has given a second signature. */
  readonly signedBy?: AgencyId;
}

/**
 * From what an agency sent to the record for its lane: checked against the contract and who may publish what, stamped
 * with source, readers, thread, trace and digest, and encoded. Throws ProblemError: invalid, not-permitted, too-large; ThreadNeeded.
 *
 * @param fallbackId its id when the event has none (from its idempotency key)
 * @param traceparent and tracestate of the request, used when the event has no context of its own
 */
export function accept(input: unknown, context: AcceptContext): Accepted {
  const allowed = permitted(input, context);
  const asked = unconfirmed(allowed.event);
  if (asked.length > 0) throw new ProblemError('invalid', { violations: asked, kind: allowed.kind.name });
  return acceptPermitted(allowed, context);
}

/** The same for what `permitted` has given, whether or not what is doubtful in its texts was confirmed. Throws ProblemError, ThreadNeeded. */
export function acceptPermitted(allowed: Permitted, context: AcceptContext): Accepted {
  const { agency, codec, now } = context;
  const { kind, event, readers, office, sponsor, signer, reviewer } = allowed;
  const refersTo = kind.refersTo?.(event.data);
  if (refersTo !== undefined && context.thread === undefined) throw new ThreadNeeded(kind.name, refersTo);
  const { thread } = context;
  if (kind.answer !== undefined && thread !== undefined)
    mayAnswer(kind.name, kind.answer, thread.referred, event.data, context);
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
  if (office !== undefined) head.office = office;
  if (sponsor !== undefined) head.sponsor = sponsor;
  if (context.signedBy !== undefined) head.signedby = context.signedBy;
  if (event.usecode !== undefined) head.usecode = event.usecode;
  if (event.ackby !== undefined) head.ackby = event.ackby;
  if (event.danger !== undefined) head.danger = event.danger;
  if (tracestate !== undefined) head.tracestate = tracestate;
  if (thread !== undefined) head.thread = thread.name;
  if (thread !== undefined && kind.answer !== undefined)
    Object.assign(head, kind.answer.handling(thread.referred));
  else if (thread !== undefined || kind.machine !== undefined) {
    if (thread !== undefined && kind.machine === undefined) Object.assign(head, replacedIn(thread, head));
    const step = {
      ...stepOf(head, event.data, now),
      ended: endedAgencies(kind, event.data, context.directory),
    };
    const broken = threadRules(kind, thread?.steps ?? [], step);
    if (broken.length > 0) throw new ProblemError('invalid', { violations: broken, kind: kind.name });
  }
  const value = encode(codec, kind, event.data);
  const late = lapsed(event, now);
  return {
    kind,
    id,
    thread: thread?.name,
    ...(thread !== undefined && {
      change: (place: EventPlace) => changeBy(head, () => event.data, place),
    }),
    signer: context.signedBy === undefined ? signer : undefined,
    reviewer,
    ...(late.length > 0 && { lapsed: late }),
    ...confirmationOf(event),
    ...(head.recalls !== undefined &&
      refersTo !== undefined &&
      thread !== undefined && { recalls: { of: refersTo.address, kind: thread.referred.kind } }),
    ...(isAudited(head.tlp) && {
      handling: { tlp: head.tlp, ...(head.readers && { readers: head.readers }) },
    }),
    event: toRecord(topicOf(kind, thread), head, value, digestOf(event, value)),
  };
}

function mayAnswer(
  kind: KindName,
  answer: NonNullable<Kind['answer']>,
  to: Answered,
  data: Record<string, unknown>,
  { agency, directory }: { readonly agency: ActiveAgency; readonly directory: Directory },
): void {
  const violations = answer.rules(agency, to, data, directory);
  if (violations.length > 0) throw new ProblemError('not-permitted', { violations, kind });
}

/** Of a version that is for others than the one before: who loses sight is told by what is stamped here. */
function replacedIn(
  { steps }: Thread,
  head: EventHead,
): Pick<EventHead, 'replaces' | 'replacedtlp' | 'replacedreaders'> {
  const own = steps.findIndex(({ agency, id }) => agency === head.agency && id === head.id);
  const last = (own === -1 ? steps : steps.slice(0, own)).at(-1);
  if (last === undefined || (last.tlp === head.tlp && last.readers === head.readers)) return {};
  return {
    replaces: nameOf(last),
    replacedtlp: last.tlp,
    ...(last.readers !== undefined && { replacedreaders: last.readers }),
  };
}

/** Everything of a thread is in the topic of its first event. */
function topicOf(kind: Kind, thread: Thread | undefined): string {
  const topic = thread?.topic ?? (isThreadKind(kind) ? kind.topic : undefined);
  if (topic === undefined) throw new RangeError(`an answer (${kind.name}) without the event that it answers`);
  return topic;
}

/** Nothing where there was nothing to confirm. */
function confirmationOf({ doubts, confirmed }: ValidEvent): Pick<Accepted, 'confirmed'> {
  if (doubts === undefined || confirmed === undefined) return {};
  const findings = new Set(doubts.flatMap(({ finding }) => finding ?? []));
  return { confirmed: { reason: confirmed, findings: [...findings] } };
}

type Permitted = Permission & { readonly ok: true; readonly kind: Kind; readonly event: ValidEvent };

/** An event that keeps the contract and that this agency may publish, and whom it is for. Throws ProblemError: invalid, not-permitted. */
export function permitted(
  input: unknown,
  context: {
    readonly agency: ActiveAgency;
    readonly directory: Directory;
    readonly now: number;
    readonly plain?: boolean;
  },
): Permitted {
  const { agency, directory, now, plain } = context;
  const checked = validateEvent(input, now, plain);
  if (!checked.ok) {
    const kind = kindIn(input);
    throw new ProblemError('invalid', { violations: checked.violations, ...(kind && { kind }) });
  }
  const { kind, event } = checked;
  const permission = canPublish(agency, kind, event, directory);
  if (!permission.ok)
    throw new ProblemError('not-permitted', { violations: permission.violations, kind: kind.name });
  return { ...permission, kind, event };
}

/** Of what breaks the contract, where it says so much. */
function kindIn(input: unknown): KindName | undefined {
  const { type } = Object(input) as { readonly type?: unknown };
  return typeof type === 'string' ? kindOf(type)?.name : undefined;
}

function stepOf(
  { agency, id, tlp, readers }: EventHead,
  data: Record<string, unknown>,
  acceptedAt: number,
): StepEvent {
  return { agency, id, tlp, readers, acceptedAt, data };
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

/** Attributes are bounded by the contract, seven of 2,000 characters; JSON may take six bytes for one. */
const hashed = Buffer.allocUnsafeSlow(maxEventBytes + 128 * 1024);

/**
 * Of what the event says, whatever content mode and spelling of JSON it came in: a retry has the same, another body
 * another. Of the Avro body rather than the JSON: it is there already, half as long, and has one form.
 */
function digestOf(event: ValidEvent, value: Buffer): string {
  const { type, time, subject, tlp, audience, usecode, ackby, danger } = event;
  const given = [type, time, subject, tlp, audience, usecode];
  // Behind the others, and only where it is there: what was kept before there was one is the same event still.
  const added = [ackby, danger].filter((attribute) => attribute !== undefined);
  const attributes = JSON.stringify([...given, ...added]);
  const attributesEnd = hashed.write(attributes, 'utf8');
  const end = attributesEnd + bodyOf(value).copy(hashed, attributesEnd);
  return hash('sha256', hashed.subarray(0, end), 'base64url');
}
