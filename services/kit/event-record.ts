import { type EventHead, kindOf, participantOf } from '@puebla/schemas';
import { PoisonError } from './codec.ts';
import type { RecordToSend } from './kafka/producer.ts';
import type { LogRecord } from './kafka/record.ts';
import { identityOf, resentKey } from './kafka/twin.ts';

/**
 * An event in Kafka: CloudEvents 1.0 binary mode (attributes as headers `ce_*`), an Avro body, the record key
 * `<agency>/<id>`, in the lane of the agency's participant. One place writes it and reads it.
 */

const attributes = [
  ['id', 'ce_id'],
  ['agency', 'ce_source'],
  ['kind', 'ce_type'],
  ['time', 'ce_time'],
  ['subject', 'ce_subject'],
  ['participant', 'ce_participant'],
  ['tlp', 'ce_tlp'],
  ['audience', 'ce_audience'],
  ['readers', 'ce_readers'],
  ['usecode', 'ce_usecode'],
  ['thread', 'ce_thread'],
  ['traceparent', 'ce_traceparent'],
] as const satisfies readonly (readonly [keyof EventHead, string])[];

const names = new Map(attributes.map(([field, header]) => [field, Buffer.from(header)]));
const fixed: readonly (readonly [Buffer, Buffer])[] = [
  [Buffer.from('ce_specversion'), Buffer.from('1.0')],
  [Buffer.from('content-type'), Buffer.from('application/avro')],
];
const digestName = Buffer.from('digest');
const resentName = Buffer.from('resent');

/** Attributes whose values come from the contract's own lists: each is turned into bytes once. */
const fromFixedSet = new Set<keyof EventHead>(['agency', 'kind', 'participant', 'tlp']);
const buffers = new Map<string, Buffer>();

function bufferOf(text: string): Buffer {
  let buffer = buffers.get(text);
  if (buffer === undefined) {
    buffer = Buffer.from(text);
    buffers.set(text, buffer);
  }
  return buffer;
}

export interface EventRecord {
  readonly identity: string;
  readonly digest: string;
  readonly record: RecordToSend;
}

/** The record of an accepted event. `digest` is of the event as sent. */
export function toRecord(head: EventHead, value: Buffer, digest: string): EventRecord {
  const identity = `${head.agency}/${head.id}`;
  const headers = new Map<Buffer, Buffer>(fixed);
  for (const [field, name] of names) {
    const text = head[field];
    if (text !== undefined) headers.set(name, fromFixedSet.has(field) ? bufferOf(text) : Buffer.from(text));
  }
  headers.set(digestName, Buffer.from(digest));
  const kind = kindOf(head.kind);
  const partition = participantOf(head.participant)?.lane;
  if (kind === undefined || partition === undefined) throw new RangeError(`no lane for ${identity}`);
  return {
    identity,
    digest,
    record: { topic: kind.topic, partition, key: Buffer.from(identity), value, headers },
  };
}

/** The same event for a second send after an open outcome: a key of its own, and where its twin may be. */
export function toResent({ identity, digest, record }: EventRecord, knownEnd: number): EventRecord {
  const headers = new Map(record.headers);
  headers.set(resentName, Buffer.from(String(knownEnd)));
  return { identity, digest, record: { ...record, key: Buffer.from(resentKey(identity)), headers } };
}

/** Identity and digest of a record that the gateway wrote; undefined for anything else. */
export function identityOfRecord(record: LogRecord): { identity: string; digest: string } | undefined {
  const digest = record.headers['digest'];
  if (record.key === null || digest === undefined) return undefined;
  return { identity: identityOf(record.key), digest };
}

/** The event's attributes. Throws PoisonError when the record is not an event. */
export function headOf(record: LogRecord): EventHead {
  const head: Record<string, string> = {};
  for (const [field, header] of attributes) {
    const text = record.headers[header];
    if (text !== undefined) head[field] = text;
  }
  const complete = ['id', 'agency', 'kind', 'time', 'participant', 'tlp'].every((field) => field in head);
  if (!complete) throw new PoisonError('undecodable');
  return head as unknown as EventHead;
}

/** What readers get: a structured CloudEvent. `recordedtime` is when the exchange accepted it. */
export function toCloudEvent(head: EventHead, acceptedMs: number, data: Record<string, unknown>) {
  const { id, agency, kind, time, participant, ...rest } = head;
  return {
    specversion: '1.0',
    id,
    source: agency,
    type: kind,
    time,
    datacontenttype: 'application/json',
    recordedtime: new Date(acceptedMs).toISOString(),
    participant,
    ...rest,
    data,
  };
}
