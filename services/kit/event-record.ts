import { type EventHead, participantOf, participantOfAgency } from '@puebla/schemas';
import { PoisonError } from './codec.ts';
import type { RecordToSend } from './kafka/producer.ts';
import { asLogRecord, type LogRecord } from './kafka/record.ts';
import { encodeHeaders, type Header, headerIn, RecordWriter } from './kafka/record-batch.ts';
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
  ['sponsor', 'ce_sponsor'],
  ['office', 'ce_office'],
  ['signedby', 'ce_signedby'],
  ['usecode', 'ce_usecode'],
  ['ackby', 'ce_ackby'],
  ['danger', 'ce_danger'],
  ['thread', 'ce_thread'],
  ['replaces', 'ce_replaces'],
  ['replacedtlp', 'ce_replacedtlp'],
  ['replacedreaders', 'ce_replacedreaders'],
  ['recalls', 'ce_recalls'],
  ['traceparent', 'ce_traceparent'],
  ['tracestate', 'ce_tracestate'],
] as const satisfies readonly (readonly [keyof EventHead, string])[];

/** In front of every event's headers. */
const fixed: readonly Header[] = [
  ['ce_specversion', '1.0'],
  ['content-type', 'application/avro'],
];
/** Attributes whose values come from the contract's own lists: what they make together is encoded once. */
const listed = ['agency', 'kind', 'participant', 'tlp'] as const satisfies readonly (keyof EventHead)[];
const listedHeaders = new Map<string, Buffer>();
const varying = attributes
  .filter(([field]) => !(listed as readonly string[]).includes(field))
  .map(([field, name]) => ({ field, name }));

const writer = new RecordWriter();

export interface EventRecord {
  readonly identity: string;
  readonly digest: string;
  readonly record: RecordToSend;
}

/**
 * The record of an accepted event.
 *
 * @param topic of the kind of its thread
 * @param digest of the event as sent
 */
export function toRecord(topic: string, head: EventHead, value: Buffer, digest: string): EventRecord {
  const identity = `${head.agency}/${head.id}`;
  // Everything of a thread goes to the lane of its first event, whoever writes it (rules.md, Who an event belongs to).
  const partition =
    head.thread === undefined ? participantOf(head.participant)?.lane : laneOfThread(head.thread);
  if (partition === undefined) throw new RangeError(`no lane for ${identity}`);
  const content = contentOf(identity, head, value, digest);
  return { identity, digest, record: { topic, partition, content } };
}

/** @param thread `<agency>/<id>` of its first event */
function laneOfThread(thread: string): number | undefined {
  return participantOfAgency(thread.slice(0, thread.indexOf('/')))?.lane;
}

/** The same event for a second send after an open outcome: a key of its own, and where its twin may be. */
export function toResent({ identity, digest, record }: EventRecord, knownEnd: number): EventRecord {
  const { value, headers } = asLogRecord(record, { offset: 0, timestamp: 0 });
  const content = contentOf(resentKey(identity), headOf({ headers }), value, digest, knownEnd);
  return { identity, digest, record: { ...record, content } };
}

function contentOf(
  key: string,
  head: EventHead,
  value: Buffer | null,
  digest: string,
  resent?: number,
): Buffer {
  let count = fixed.length + listed.length + 1 + (resent === undefined ? 0 : 1);
  for (const { field } of varying) if (head[field] !== undefined) count += 1;
  writer.begin(key, value, count).headers(headersOfLists(head));
  for (const { field, name } of varying) {
    const text = head[field];
    if (text !== undefined) writer.header(name, text);
  }
  writer.header('digest', digest);
  if (resent !== undefined) writer.header('resent', String(resent));
  return writer.end();
}

function headersOfLists(head: EventHead): Buffer {
  const { agency, kind, participant, tlp } = head;
  const key = `${agency} ${kind} ${participant} ${tlp}`;
  let headers = listedHeaders.get(key);
  if (headers === undefined) {
    const ofLists = attributes.flatMap(([field, name]): Header[] =>
      (listed as readonly string[]).includes(field) ? [[name, head[field] ?? '']] : [],
    );
    headers = encodeHeaders([...fixed, ...ofLists]);
    listedHeaders.set(key, headers);
  }
  return headers;
}

/** Identity and digest of a record that the gateway wrote; undefined for anything else. */
export function identityOfRecord(record: LogRecord): { identity: string; digest: string } | undefined {
  const digest = headerIn(record.content, 'digest');
  if (record.key === null || digest === undefined) return undefined;
  return { identity: identityOf(record.key), digest };
}

/** The event's attributes. Throws PoisonError when the record is not an event. */
export function headOf(record: Pick<LogRecord, 'headers'>): EventHead {
  const head: Record<string, string> = {};
  const { headers } = record;
  for (const [field, header] of attributes) {
    const text = headers[header];
    if (text !== undefined) head[field] = text;
  }
  const complete = ['id', 'agency', 'kind', 'time', 'participant', 'tlp'].every((field) => field in head);
  if (!complete) throw new PoisonError('undecodable');
  return head as unknown as EventHead;
}

/**
 * Of which events a record may be a part, by its key and by its headers, also where it is none that can be read: itself and its
 * thread. None for a recall, which says nothing that is taken back.
 */
export function namesIn({ key, headers }: Pick<LogRecord, 'key' | 'headers'>): readonly string[] {
  const { ce_source: agency, ce_id: id, ce_thread: thread, ce_recalls: recalls } = headers;
  if (recalls !== undefined) return [];
  const own = agency === undefined || id === undefined ? [] : [`${agency}/${id}`];
  return [...(key === null ? [] : [identityOf(key)]), ...own, ...(thread === undefined ? [] : [thread])];
}

/** What readers get: a structured CloudEvent. `recordedtime` is when the exchange accepted it. */
export function toCloudEvent(head: EventHead, acceptedMs: number, data: Record<string, unknown>) {
  const { id, agency, kind, time, participant, ...others } = head;
  const { replaces: _replaces, replacedtlp: _tlp, replacedreaders: _readers, ...rest } = others;
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
