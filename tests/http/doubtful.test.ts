import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectProblem, type Json, linesOf, parseLines, types, uploadLines, whenApplied } from './ask.ts';

/** What may say who somebody is: asked about, confirmed with a reason on record, and by a second person where it is about victims. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const name = 'Ana Luz Ejemplo';
const description = `La víctima ${name} fue atendida.`;
const doubt = {
  pointer: '/data/information/0/description',
  rule: 'content/doubtful',
  finding: 'name',
  start: 11,
  length: name.length,
};
const reason = 'EXERCISE: the name is that of a programme';

/** About a route, and so not about victims, unless told otherwise. */
const doubtful = (data: Json = {}): Json =>
  exampleEvent('alert', randomUUID(), {
    category: 'ROUTE_CHANGE',
    exploitation: [],
    control: [],
    recruitment: [],
    groups: [],
    people: null,
    information: [{ language: 'es', headline: 'EJERCICIO', description }],
    ...data,
  });
const ofVictims = (): Json => doubtful({ category: 'TRAFFICKING' });
const addressOf = (event: Json): string => `/v1/events/mx-fgr/${event['id']}`;

const ask = async (path: string, who: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { ...init, headers: headersOf(await exchange.token(who)) });

/** Sends an event as the modes do; its status, and its problem where it has one. */
type Send = (event: Json) => Promise<{ status: unknown; violations: unknown }>;
const told = (status: unknown, problem: unknown) => ({
  status,
  violations: (problem as Json | undefined)?.['violations'],
});
const tokenOf = (): Promise<string> => exchange.token('mx-fgr/duty');
const modes: Record<string, Send> = {
  async structured(event) {
    const answer = await exchange.post(await tokenOf(), event);
    return told(answer.status, await answer.json());
  },
  async binary({ data, ...attributes }) {
    const headers = Object.entries(attributes)
      .filter(([attribute]) => attribute !== 'datacontenttype')
      .map(([attribute, value]) => [`ce-${attribute}`, encodeURIComponent(String(value))] as const);
    const answer = await exchange.post(await tokenOf(), JSON.stringify(data), {
      ...Object.fromEntries(headers),
      'Content-Type': types.json,
    });
    return told(answer.status, await answer.json());
  },
  async batch(event) {
    const answer = await exchange.post(await tokenOf(), [event], { 'Content-Type': types.batch });
    const [item = {}] = (await answer.json()) as Json[];
    return told(item['status'], item['problem']);
  },
  async lines(event) {
    const query = '?receipts=true';
    const [line = {}] = await uploadLines(exchange, await tokenOf(), linesOf([event]), { query });
    return told(line['status'], line['problem']);
  },
};

/** The entries of the audit about an event, once that many are there. */
async function audited(event: Json, count: number): Promise<Json[]> {
  for (const until = Date.now() + 60_000; ; ) {
    const answer = await whenApplied(() => ask(`/v1/audit?event=${addressOf(event)}`, 'mx-fgr'));
    const entries = parseLines(await answer.text());
    if (entries.length >= count || Date.now() > until) return entries;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe.each(Object.entries(modes))('%s', (_mode, send) => {
  test('it is refused with its place, never its text, and taken when it is confirmed with a reason', async () => {
    const event = doubtful();
    const refused = await send(event);
    expect(refused).toMatchObject({ status: 422, violations: [doubt] });
    expect(JSON.stringify(refused)).not.toContain(name);
    expect(await send({ ...event, confirmed: reason })).toMatchObject({ status: 201 });
    const read = await whenApplied(() => ask(addressOf(event), 'gt-mp'));
    const shown = await read.text();
    expect([read.status, shown]).toEqual([200, expect.stringContaining(name)]);
    expect(shown).not.toMatch(/confirmed|EXERCISE: the name/);
    expect(await audited(event, 1)).toEqual([
      {
        id: expect.any(String),
        time: expect.any(String),
        what: 'confirmed',
        agency: 'mx-fgr',
        person: 'duty',
        event: addressOf(event),
        kind: 'alert',
        reason,
        findings: ['name'],
      },
    ]);
    // The same again is the same event, with one entry.
    expect(await send({ ...event, confirmed: reason })).toMatchObject({ status: 201 });
    expect(await audited(event, 1)).toHaveLength(1);
  });

  test('a reason that names somebody, or says nothing, is none', async () => {
    for (const confirmed of [`la víctima ${name} lo pide`, ' ', 'x'.repeat(301)]) {
      const refused = await send({ ...doubtful(), confirmed });
      expect(refused).toMatchObject({ status: 422, violations: [{ pointer: '/confirmed' }] });
      expect(JSON.stringify(refused)).not.toContain(name);
    }
  });
});

test('in a record about victims a second person confirms it too, and sees the reason', async () => {
  const event = { ...ofVictims(), confirmed: reason };
  const answer = await exchange.post(await tokenOf(), event);
  expect(answer.status).toBe(202);
  const { draft, signer } = (await answer.json()) as Json;
  expect(signer).toBe('mx-fgr');
  expect((await whenApplied(() => ask(addressOf(event), 'gt-mp'))).status).toBe(404);
  expect(await (await ask(String(draft), 'mx-fgr/releaser')).json()).toMatchObject({
    event: { confirmed: reason },
  });
  await expectProblem(await ask(`${draft}/sign`, 'mx-fgr/duty', { method: 'POST' }), 'not-permitted');
  expect((await ask(`${draft}/sign`, 'mx-fgr/releaser', { method: 'POST' })).status).toBe(201);
  const read = (await (await whenApplied(() => ask(addressOf(event), 'gt-mp'))).json()) as Json;
  expect(read).toMatchObject({ signedby: 'mx-fgr' });
  expect(read).not.toHaveProperty('confirmed');
  const entries = await audited(event, 2);
  expect(entries.map(({ what, person }) => `${what} ${person}`)).toEqual(
    expect.arrayContaining(['confirmed duty', 'signed releaser']),
  );
  const among = await exchange.post(await tokenOf(), [{ ...ofVictims(), confirmed: reason }], {
    'Content-Type': types.batch,
  });
  expect(await among.json()).toMatchObject([
    { status: 403, problem: { violations: [{ rule: 'signature/alone' }] } },
  ]);
});

test('not confirmed it does not wait for anybody, and the refusal is told to the audit by its code', async () => {
  const event = ofVictims();
  const problem = await expectProblem(await exchange.post(await tokenOf(), event), 'invalid');
  expect(problem['violations']).toMatchObject([doubt]);
  const { items } = (await (await ask('/v1/drafts', 'mx-fgr')).json()) as { items: Json[] };
  expect(items.map(({ id }) => id)).not.toContain(event['id']);
});

test('a preview warns of it, and does not ask for the reason', async () => {
  const preview = await fetch(`${exchange.url}/v1/events/preview`, {
    method: 'POST',
    body: JSON.stringify(doubtful()),
    headers: { 'Content-Type': types.structured, Authorization: `Bearer ${await tokenOf()}` },
  });
  expect(preview.status).toBe(200);
  const { warnings } = (await preview.json()) as { warnings: Json[] };
  expect(warnings[0]).toMatchObject(doubt);
});
