import { catalogue } from '@puebla/schemas';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, types } from './ask.ts';
import {
  answerWithinMs,
  examples,
  exchangeUnderTest,
  expectSoundAnswer,
  json,
  modeHeaders,
  runs,
  texts,
} from './sound.ts';

/** Bodies of every sort, in every content mode. */

const exchange = exchangeUnderTest();
const began = new Date(Date.now() - 1_000).toISOString();

/** Posts to the way in; fails when the answer is late, of the inside, or no problem where it should be one. */
async function expectSound(
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<void> {
  const answer = await fetch(`${exchange.url}/v1/events`, {
    method: 'POST',
    body,
    headers: { Authorization: `Bearer ${exchange.token}`, ...headers },
    signal: AbortSignal.timeout(answerWithinMs),
  });
  const text = await answer.text();
  expectSoundAnswer(answer.status, answer.headers.get('content-type') ?? '', text);
}

const bytes = fc.uint8Array({ maxLength: 2_000 }).map((array) => new Uint8Array(array));

describe('bodies of every sort', () => {
  test('random bytes', async () => {
    await fc.assert(fc.asyncProperty(bytes, modeHeaders, expectSound), runs);
  });

  test('random JSON', async () => {
    await fc.assert(
      fc.asyncProperty(json, modeHeaders, (value, headers) =>
        expectSound(JSON.stringify(value) ?? '', headers),
      ),
      { ...runs, numRuns: 400 },
    );
  });

  test('an event with one part replaced by anything', async () => {
    const replaced = fc
      .tuple(fc.constantFrom(...examples), fc.nat(), json)
      .map(([example, at, value]) =>
        JSON.stringify(replacePart({ ...example, source: 'mx-fgr' }, at, value)),
      );
    await fc.assert(fc.asyncProperty(replaced, modeHeaders, expectSound), { ...runs, numRuns: 400 });
  });

  test('files of the contract, truncated', async () => {
    const cut = fc
      .constantFrom(...texts)
      .chain((text) => fc.nat(text.length).map((end) => text.slice(0, end)));
    await fc.assert(fc.asyncProperty(cut, modeHeaders, expectSound), { ...runs, numRuns: 300 });
  });

  test('files of the contract, with bits flipped and pieces repeated', async () => {
    const flipped = fc
      .tuple(
        fc.constantFrom(...texts),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 5 }),
      )
      .map(([text, flips]) => {
        const array = new Uint8Array(Buffer.from(text));
        for (const [at, flip] of flips) array[at % array.length] = (array[at % array.length] ?? 0) ^ flip;
        return array;
      });
    await fc.assert(fc.asyncProperty(flipped, modeHeaders, expectSound), { ...runs, numRuns: 300 });
  });

  test.each([
    ['nested lists', `${'['.repeat(120_000)}${']'.repeat(120_000)}`],
    ['nested objects', `${'{"data":'.repeat(25_000)}1${'}'.repeat(25_000)}`],
    [
      'an event whose data are nested',
      `{"specversion":"1.0","type":"alert","tlp":"CLEAR","data":${'{"places":['.repeat(15_000)}${']}'.repeat(15_000)}}`,
    ],
    ['a number without end', `{"data":${'9'.repeat(200_000)}}`],
    ['one name 30,000 times', `{${'"data":1,'.repeat(29_000)}"data":1}`],
    ['names without end', `{${Array.from({ length: 15_000 }, (_, n) => `"n${n}":0`).join()}}`],
    ['a list of lists of nothing', `[${'[],'.repeat(900)}[]]`],
  ])('%s', async (_name, text) => {
    for (const type of [types.structured, types.batch, types.lines])
      await expectSound(text, { 'Content-Type': type });
    await expectSound(text, {
      'Content-Type': types.json,
      'ce-specversion': '1.0',
      'ce-type': 'alert',
      'ce-tlp': 'CLEAR',
    });
  });
});

/** The value with its n-th part (depth first) replaced. */
function replacePart(value: unknown, n: number, by: unknown): unknown {
  let count = 0;
  const parts = countParts(value);
  const walk = (part: unknown): unknown => {
    if (count++ === n % parts) return by;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, item]) => [name, walk(item)]));
  };
  return walk(value);
}

function countParts(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return 1 + Object.values(value).reduce((sum: number, part) => sum + countParts(part), 0);
}

test('what was taken of all that can be read by everybody, and was poison to nobody', async () => {
  let place = `since=${began}`;
  for (;;) {
    const answer = await fetch(`${exchange.url}/v1/events?limit=1000&${place}`);
    expect(answer.status).toBe(200);
    const { items, cursor } = (await answer.json()) as { items: Json[]; cursor: string };
    for (const { type } of items) expect(catalogue.map(({ name }) => name)).toContain(type);
    if (items.length < 1_000) break;
    place = `cursor=${cursor}`;
  }
  const metrics = await (await fetch(`${exchange.url}/metrics`)).text();
  expect(metrics).not.toMatch(/^puebla_poison_total.* [1-9]/m);
});
