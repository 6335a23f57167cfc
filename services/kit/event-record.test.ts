import { catalogue, type EventHead, laneCount, participants, threadKindOf } from '@puebla/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PoisonError } from './codec.ts';
import {
  type EventRecord,
  headOf,
  identityOfRecord,
  toCloudEvent,
  toRecord,
  toResent,
} from './event-record.ts';
import { asLogRecord, type LogRecord } from './kafka/record.ts';

const topicOf = ({ kind }: EventHead): string => threadKindOf(kind)?.topic ?? '';

const value = Buffer.from('avro');

/** The record as a reader gets it. */
function asRead({ record }: EventRecord, offset = 5): LogRecord {
  const at = { offset, timestamp: 1_700_000_000_123 };
  const { topic, partition, key, value: body, headers, content } = asLogRecord(record, at);
  return { topic, partition, key, value: body, headers, content, ...at };
}

const heads: fc.Arbitrary<EventHead> = fc.record(
  {
    id: fc.stringMatching(/^[A-Za-z0-9._~-]{1,128}$/),
    agency: fc.constantFrom('mx-fgr', 'gt-pgn'),
    participant: fc.constantFrom(...participants.map(({ code }) => code)),
    kind: fc.constantFrom(...catalogue.map(({ name }) => name)),
    time: fc.constant('2026-01-31T18:00:00Z'),
    tlp: fc.constantFrom('CLEAR' as const, 'GREEN' as const),
    subject: fc.string({ unit: 'grapheme', minLength: 1 }),
    audience: fc.constant('CA4'),
    readers: fc.constant('GT,SV,HN,NI'),
    usecode: fc.constant('H1'),
    ackby: fc.constant('2026-02-02T18:00:00Z'),
    thread: fc.constant('mx-fgr/first'),
    traceparent: fc.constant('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'),
    tracestate: fc.constant('vendor=1'),
  },
  { requiredKeys: ['id', 'agency', 'participant', 'kind', 'time', 'tlp'] },
);

describe('an event in the log', () => {
  test('is read back as it was written, in the lane of its participant, or of who began its thread', () => {
    fc.assert(
      fc.property(heads, (head) => {
        const event = toRecord(topicOf(head), head, value, 'digest');
        const record = asRead(event);
        expect(headOf(record)).toEqual(head);
        expect(identityOfRecord(record)).toEqual({ identity: `${head.agency}/${head.id}`, digest: 'digest' });
        expect(record.key).toBe(event.identity);
        const owner = head.thread === undefined ? head.participant : 'MX';
        expect(record.partition).toBe(participants.find(({ code }) => code === owner)?.lane);
        expect(record.partition).toBeLessThan(laneCount);
      }),
    );
  });

  test('sent again it has a key of its own and the same identity, and says where its twin may be', () => {
    fc.assert(
      fc.property(heads, fc.maxSafeNat(), (head, knownEnd) => {
        const event = toRecord(topicOf(head), head, value, 'digest');
        const again = asRead(toResent(event, knownEnd));
        expect(again.key).not.toBe(event.identity);
        expect(identityOfRecord(again)).toEqual(identityOfRecord(asRead(event)));
        expect(again.headers['resent']).toBe(String(knownEnd));
        expect(headOf(again)).toEqual(head);
        // The first record is what it was.
        expect(asRead(event).headers['resent']).toBeUndefined();
      }),
    );
  });

  test.each(['ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_participant', 'ce_tlp'])(
    'without %s is poison',
    (name) => {
      const [head] = fc.sample(heads, 1);
      if (head === undefined) throw new Error('no head');
      const record = asRead(toRecord(topicOf(head), head, value, 'digest'));
      const { [name]: _removed, ...headers } = record.headers;
      expect(() => headOf({ ...record, headers })).toThrow(PoisonError);
    },
  );

  test('without key or digest has no identity, and is no error', () => {
    const record: LogRecord = {
      topic: 'puebla.alert',
      partition: 0,
      offset: 0,
      timestamp: 0,
      key: null,
      value: null,
      content: Buffer.alloc(0),
      headers: {},
    };
    expect(identityOfRecord(record)).toBeUndefined();
    expect(identityOfRecord({ ...record, key: 'a/b' })).toBeUndefined();
  });

  test('what readers get is a structured CloudEvent with the time of its acceptance', () => {
    const head: EventHead = {
      id: 'a-1',
      agency: 'mx-fgr',
      participant: 'MX',
      kind: catalogue[0]?.name ?? ('alert' as EventHead['kind']),
      time: '2026-01-31T18:00:00Z',
      tlp: 'GREEN',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    expect(toCloudEvent(head, Date.UTC(2026, 1, 1), { a: 1 })).toEqual({
      specversion: '1.0',
      id: 'a-1',
      source: 'mx-fgr',
      type: head.kind,
      time: '2026-01-31T18:00:00Z',
      datacontenttype: 'application/json',
      recordedtime: '2026-02-01T00:00:00.000Z',
      participant: 'MX',
      tlp: 'GREEN',
      traceparent: head.traceparent,
      data: { a: 1 },
    });
  });
});
