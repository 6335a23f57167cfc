import { ProblemError } from '@puebla/kit';
import { describe, expect, test } from 'vitest';
import { fromBinary, modeOf } from './modes.ts';

const body = Buffer.from('{"a":"ñ"}');

/** The code with which something is refused. */
function refusal(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    if (error instanceof ProblemError) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'taken';
}

describe('the content mode', () => {
  test.each([
    ['application/cloudevents+json', 'structured'],
    ['Application/CloudEvents+JSON; charset=utf-8', 'structured'],
    ['application/cloudevents-batch+json', 'batch'],
    ['application/x-ndjson ;x=y', 'lines'],
  ])('%s is %s', (type, mode) => {
    expect(modeOf({ 'content-type': type })).toBe(mode);
    expect(modeOf({ 'content-type': type, 'ce-specversion': '1.0' })).toBe(mode);
  });

  test('JSON with ce-specversion is binary, without it nothing', () => {
    expect(modeOf({ 'content-type': 'application/json', 'ce-specversion': '1.0' })).toBe('binary');
    expect(refusal(() => modeOf({ 'content-type': 'application/json' }))).toBe('415 media-type');
  });

  test.each([
    undefined,
    '',
    'text/plain',
    'application/cloudevents+xml',
    'application/cloudevents+avro',
    'multipart/form-data; boundary=x',
  ])('%s is not taken', (type) => {
    const headers = type === undefined ? {} : { 'content-type': type };
    expect(refusal(() => modeOf({ ...headers, 'ce-specversion': '1.0' }))).toBe('415 media-type');
  });

  test('a compressed body is not taken, one that says that it is not is', () => {
    const type = { 'content-type': 'application/cloudevents+json' };
    expect(refusal(() => modeOf({ ...type, 'content-encoding': 'gzip' }))).toBe('415 media-type');
    expect(modeOf({ ...type, 'content-encoding': 'Identity' })).toBe('structured');
  });
});

describe('binary mode', () => {
  test('attributes are the ce- headers, percent-decoded; the body is the data', () => {
    const event = fromBinary(
      { 'ce-id': 'a-1', 'ce-subject': 'ma%C3%B1ana %25', host: 'x', 'content-type': 'application/json' },
      body,
    );
    expect(event).toEqual({
      id: 'a-1',
      subject: 'mañana %',
      datacontenttype: 'application/json',
      data: { a: 'ñ' },
    });
  });

  test('a header cannot replace the data, nor reach behind the event', () => {
    const event = fromBinary({ 'ce-data': 'x', 'ce-__proto__': 'x', 'ce-': 'x' }, body);
    expect(event['data']).toEqual({ a: 'ñ' });
    expect(Object.keys(event)).toEqual(expect.arrayContaining(['__proto__', '']));
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype);
  });

  test.each(['%', '%zz', '%C3', '%c3%28', 'ma\u00f1ana', 'a\u0001b'])('%j is malformed', (value) => {
    expect(refusal(() => fromBinary({ 'ce-subject': value }, body))).toBe('400 bad-request');
  });

  test.each([Buffer.from('{'), Buffer.alloc(0), Buffer.from('{"a":"\u00f1"}', 'latin1')])(
    'a body that is not JSON in UTF-8 is refused',
    (broken) => {
      expect(refusal(() => fromBinary({}, broken))).toBe('400 bad-json');
    },
  );
});
