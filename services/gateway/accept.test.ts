import { asLogRecord, type Codec, ProblemError } from '@puebla/kit';
import { catalogue, demonstrationRegister, directoryAt } from '@puebla/schemas';
import { describe, expect, test } from 'vitest';
import { type Accepted, accept, idFromKey, maxEventBytes } from './accept.ts';

type Json = Record<string, unknown>;

/** Encodes as the registry's codec does, with an id that no registry gave. */
const codec: Codec = {
  encode: (kind, data) => Buffer.concat([Buffer.alloc(5), kind.type.toBuffer(data)]),
  decode: () => ({}),
  learn: () => undefined,
  ids: () => ({}),
  ready: () => true,
};
const now = Date.UTC(2026, 3, 1);
const directory = directoryAt(demonstrationRegister, now);
const agency = directory.agencies.get('mx-fgr');
if (agency === undefined) throw new Error('no agency');
const example = catalogue.find(({ name }) => name === 'alert')?.example as Json;

const take = (
  event: object,
  more: { fallbackId?: string; traceparent?: string; tracestate?: string } = {},
): Accepted => accept(event, { agency, codec, directory, now, ...more });

const headersOf = ({ event }: Accepted): Readonly<Record<string, string>> =>
  asLogRecord(event.record, { offset: 0, timestamp: 0 }).headers;

function problemOf(event: object): ProblemError {
  try {
    take(event);
  } catch (error) {
    if (error instanceof ProblemError) return error;
    throw error;
  }
  throw new Error('taken');
}

describe('an accepted event', () => {
  test('has the identity, lane and attributes that it is kept with', () => {
    const taken = take({ ...example, id: 'a-1', tlp: 'GREEN', subject: 'mañana' });
    const { record, identity } = taken.event;
    expect(identity).toBe('mx-fgr/a-1');
    expect(asLogRecord(record, { offset: 0, timestamp: 0 })).toMatchObject({
      topic: 'puebla.alert',
      key: 'mx-fgr/a-1',
    });
    expect(headersOf(taken)).toMatchObject({
      ce_specversion: '1.0',
      ce_id: 'a-1',
      ce_source: 'mx-fgr',
      ce_type: 'alert',
      ce_participant: 'MX',
      ce_tlp: 'GREEN',
      ce_subject: 'mañana',
      'content-type': 'application/avro',
    });
  });

  test('its id is its own, or that of the idempotency key, or one that nobody can guess', () => {
    const { id: _id, ...without } = example;
    const fallbackId = 'from-the-key';
    expect(take({ ...without, id: 'own' }, { fallbackId }).id).toBe('own');
    expect(take(without, { fallbackId }).id).toBe('from-the-key');
    expect(take(without).id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    expect(take({ ...without, id: null }, { fallbackId }).id).toBe('from-the-key');
  });

  test('its time is its own, or that of its arrival, which is no part of its digest', () => {
    const { time: _time, ...without } = example;
    expect(headersOf(take(without))['ce_time']).toBe(new Date(now).toISOString());
    const later = accept(without, { agency, codec, directory, now: now + 5_000 });
    expect(later.event.digest).toBe(take(without).event.digest);
    expect(take({ ...without, time: '2026-01-31T18:00:00-06:00' }).event.digest).not.toBe(later.event.digest);
  });

  test.each([
    ['tlp', 'GREEN'],
    ['subject', 'another'],
    ['time', '2026-01-31T18:00:00Z'],
  ])('another %s is another digest', (attribute, value) => {
    const event = { ...example, tlp: 'CLEAR' };
    expect(take({ ...event, [attribute]: value }).event.digest).not.toBe(take(event).event.digest);
  });

  test('until when it asks to be acknowledged is kept with it, and is part of its digest', () => {
    const event = { ...example, tlp: 'AMBER' };
    const asks = take({ ...event, ackby: '2026-04-02T00:00:00Z' });
    expect(headersOf(asks)['ce_ackby']).toBe('2026-04-02T00:00:00Z');
    const later = take({ ...event, ackby: '2026-04-03T00:00:00Z' });
    expect(new Set([asks, later, take(event)].map((taken) => taken.event.digest)).size).toBe(3);
    expect(asks).not.toHaveProperty('lapsed');
    expect(take({ ...event, ackby: '2026-03-01T00:00:00Z' }).lapsed).toMatchObject([
      { pointer: '/ackby', rule: 'ackby/past' },
    ]);
  });

  test('why what is doubtful may be said is kept for the record, not stamped on it, and no part of its digest', () => {
    const doubtful = { ...example, subject: 'La víctima Ana Luz Ejemplo' };
    expect(problemOf(doubtful).details.violations).toMatchObject([{ rule: 'content/doubtful' }]);
    const taken = take({ ...doubtful, confirmed: 'EXERCISE: why' });
    expect(taken.confirmed).toEqual({ reason: 'EXERCISE: why', findings: ['name'] });
    expect(taken.signer).toBe('mx-fgr');
    expect(taken.event.record.content.toString()).not.toContain('EXERCISE: why');
    expect(take({ ...doubtful, confirmed: 'another' }).event.digest).toBe(taken.event.digest);
    expect(take({ ...example, confirmed: 'nothing to confirm' })).not.toHaveProperty('confirmed');
  });

  test('that it went out with one signature is stamped on it, and part of its digest', () => {
    const red = { ...example, tlp: 'RED', audience: 'gt-pgn' };
    const taken = take({ ...red, danger: 'LIFE' });
    expect(headersOf(taken)['ce_danger']).toBe('LIFE');
    expect([taken.signer, taken.reviewer]).toEqual([undefined, 'mx-fgr']);
    expect([take(red).signer, take(red).reviewer]).toEqual(['mx-fgr', undefined]);
    expect(take(red).event.digest).not.toBe(taken.event.digest);
  });

  test('its trace is its own, or that of the request, or a new one', () => {
    const own = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const traceparent = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    const { traceparent: _trace, ...without } = example;
    expect(headersOf(take({ ...without, traceparent: own }, { traceparent }))['ce_traceparent']).toBe(own);
    expect(headersOf(take(without, { traceparent }))['ce_traceparent']).toBe(traceparent);
    expect(headersOf(take(without))['ce_traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    // The state of one context never goes with another.
    const request = { traceparent, tracestate: 'request=1' };
    expect(headersOf(take(without, request))['ce_tracestate']).toBe('request=1');
    expect(headersOf(take({ ...without, traceparent: own }, request))['ce_tracestate']).toBeUndefined();
    const ofEvent = { ...without, traceparent: own, tracestate: 'event=1' };
    expect(headersOf(take(ofEvent, request))['ce_tracestate']).toBe('event=1');
    expect(headersOf(take({ ...without, traceparent: 'broken' }, { traceparent }))['ce_traceparent']).toBe(
      traceparent,
    );
  });
});

describe('a refused event', () => {
  test('breaks the contract: 422 with what is wrong', () => {
    const problem = problemOf({ ...example, tlp: 'PURPLE' });
    expect([problem.status, problem.code]).toEqual([422, 'invalid']);
    expect(problem.details.violations).toMatchObject([{ pointer: '/tlp', rule: 'enum' }]);
  });

  test('may not be published by this agency: 403', () => {
    const problem = problemOf({ ...example, source: 'gt-pgn' });
    expect([problem.status, problem.code]).toEqual([403, 'not-permitted']);
    expect(problem.details.violations).toMatchObject([{ pointer: '/source', rule: 'publish/source' }]);
  });

  test('is too large, also when it came with others: 413', () => {
    const practice = catalogue.find(({ name }) => name === 'practice')?.example as Json;
    const data = practice['data'] as { information: Json[] };
    const information = ['es', 'en', 'fr'].map((language) => {
      return { ...data.information[0], language, body: 'x'.repeat(90_000) };
    });
    const { source: _source, ...rest } = practice;
    expect(problemOf({ ...rest, data: { ...data, information } }).code).toBe('too-large');
    const fits = { ...rest, data: { ...data, information: information.slice(0, 2) } };
    expect(take(fits).event.record.content.length).toBeLessThan(maxEventBytes);
  });
});

test('ids from keys differ by agency, and keep the address pattern', () => {
  const ids = ['mx-fgr', 'gt-pgn'].map((id) => idFromKey(id, 'ñ €'));
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
});
