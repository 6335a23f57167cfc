import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '@puebla/schemas';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { expectClean, type Json, types } from './ask.ts';

/**
 * Whatever comes in: never a 5xx but 503, never a word of the inside, always a problem document from 400 on, always an
 * answer in time; and the exchange goes on.
 */

export const answerWithinMs = 30_000;
export const runs = { numRuns: 60, endOnFailure: true };

/** An exchange for the tests of a file: after each of them it must take a good event, and nothing may be left unhandled. */
export function exchangeUnderTest(): { readonly url: string; readonly token: string } {
  let exchange: TestExchange;
  let token = '';
  let unhandled: unknown[] = [];
  const onUnhandled = (error: unknown): void => void unhandled.push(error);
  beforeAll(async () => {
    process.on('unhandledRejection', onUnhandled);
    exchange = await startTestExchange();
    token = await exchange.token('mx-fgr');
  });
  afterAll(async () => {
    await exchange.close();
    process.off('unhandledRejection', onUnhandled);
  });
  afterEach(async () => {
    expect(unhandled).toEqual([]);
    unhandled = [];
    const answer = await exchange.post(token, exampleEvent('alert', randomUUID()));
    expect(answer.status).toBe(201);
  });
  return {
    get url() {
      return exchange.url;
    },
    get token() {
      return token;
    },
  };
}

export function expectSoundAnswer(status: number, type: string, text: string): void {
  expect(status === 503 || status < 500 ? 'sound' : `${status} ${text}`).toBe('sound');
  expectClean(text);
  if (status >= 400) {
    expect([status, type]).toEqual([status, 'application/problem+json']);
    expect(JSON.parse(text)).toMatchObject({ status, code: expect.any(String), title: expect.any(String) });
    return;
  }
  const items = type === types.lines ? text.split('\n').filter(Boolean) : [text];
  for (const item of items.flatMap((one) => JSON.parse(one) as Json[])) {
    const problem = item['problem'] as Json | undefined;
    if (problem === undefined) continue;
    expect(problem['status']).toBe(item['status']);
    expect(Number(item['status']) < 500 || item['status'] === 503).toBe(true);
  }
}

export const examples = catalogue.map(({ example }) => example as Json);
const kinds = join(import.meta.dirname, '../../schemas/kinds');
/** Every event of the contract's files, good and bad. */
export const texts = [
  ...examples.map((example) => JSON.stringify({ ...example, source: 'mx-fgr' })),
  ...catalogue.flatMap(({ name }) =>
    readdirSync(join(kinds, name, 'bad')).map((file) =>
      JSON.stringify(JSON.parse(readFileSync(join(kinds, name, 'bad', file), 'utf8')).event),
    ),
  ),
];

const contentTypes = fc.constantFrom(types.structured, types.batch, types.lines, types.json);
/** What a body of each content mode comes with. */
export const modeHeaders = contentTypes.map((type) => ({
  'Content-Type': type,
  ...(type === types.json
    ? { 'ce-specversion': '1.0', 'ce-type': 'alert', 'ce-tlp': 'CLEAR', 'ce-id': randomUUID() }
    : {}),
}));
/** JSON of every shape, with names that the contract and JavaScript know. */
const names = fc.oneof(
  fc.constantFrom(
    ...['specversion', 'id', 'source', 'type', 'time', 'tlp', 'data', 'subject', 'audience', 'traceparent'],
    ...['category', 'places', 'information', 'occurred', 'people', 'source', 'from', 'to', 'count'],
    ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', ''],
  ),
  fc.string(),
);
const values = fc.oneof(
  fc.constantFrom('1.0', 'alert', 'practice', 'statistic', 'CLEAR', 'mx-fgr', 'es', '2026-01-01', 'MX'),
  fc.constantFrom(-0, 1e308, 1e21, 2 ** 53, -1, 0.1, true, null),
  fc.string({ unit: 'binary' }),
  fc.integer(),
);
export const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    values,
    fc.array(tie('json'), { maxLength: 6 }),
    fc.dictionary(names, tie('json'), { maxKeys: 8 }),
  ),
}));
