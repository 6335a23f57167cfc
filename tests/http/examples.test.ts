import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agencyOf, catalogue, kindOf, parseInstant } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectClean, expectProblem, type Json, linesOf, types, uploadLines, whenApplied } from './ask.ts';

/** The files of the contract, over HTTP: each wrong one gets its documented error, each example comes out as it went in. */

interface BadExample {
  readonly name: string;
  readonly agency: string;
  readonly event: Json;
  readonly status: 403 | 422;
  readonly violations: readonly Violation[];
}
interface Violation {
  readonly pointer: string;
  readonly rule: string;
}

const kinds = join(import.meta.dirname, '../../schemas/kinds');
const badExamples: readonly BadExample[] = catalogue.flatMap(({ name }) =>
  readdirSync(join(kinds, name, 'bad')).map((file) => ({
    name: `${name}/${file}`,
    ...(JSON.parse(readFileSync(join(kinds, name, 'bad', file), 'utf8')) as Omit<BadExample, 'name'>),
  })),
);
const examples = catalogue.map(({ name, example }) => ({ name, example: example as Json }));

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const sorted = (violations: readonly Violation[]): Violation[] =>
  violations
    .map(({ pointer, rule }) => ({ pointer, rule }))
    .sort((a, b) => (`${a.pointer} ${a.rule}` < `${b.pointer} ${b.rule}` ? -1 : 1));
const codeOf = ({ status }: BadExample) => (status === 422 ? 'invalid' : 'not-permitted');

describe('every wrong event of the contract', () => {
  test.each(badExamples)('$name', async (bad) => {
    const answer = await exchange.post(await exchange.token(bad.agency), bad.event);
    const problem = await expectProblem(answer, codeOf(bad));
    expect(sorted(problem['violations'] as Violation[])).toEqual(sorted(bad.violations));
  });

  test('among good ones in an upload: refused alone, by its line', async () => {
    const byAgency = Map.groupBy(badExamples, ({ agency }) => agency);
    for (const [agency, wrong] of byAgency) {
      const events = wrong
        .flatMap(({ event }) => [goodOf(agency), event])
        .filter((event) => event !== undefined);
      const answers = await uploadLines(exchange, await exchange.token(agency), linesOf(events));
      const refused = answers.filter(({ line }) => line !== undefined);
      expect(
        refused.map(({ line, status, problem }) => ({ line, status, ...wholeOf(problem as Json) })),
      ).toEqual(
        wrong.map((bad) => ({
          line: events.indexOf(bad.event) + 1,
          status: bad.status,
          code: codeOf(bad),
          violations: sorted(bad.violations),
        })),
      );
      expect(answers.findLast(({ through }) => through !== undefined)).toEqual({ through: events.length });
      expectClean(JSON.stringify(answers));
    }
  });

  test('in a batch: each with its own status, the good ones kept', async () => {
    const wrong = badExamples.filter(({ agency }) => agency === 'mx-fgr');
    const events = [goodOf('mx-fgr'), ...wrong.map(({ event }) => event), goodOf('mx-fgr')];
    const answer = await exchange.post(await exchange.token('mx-fgr'), events, {
      'Content-Type': types.batch,
    });
    expect(answer.status).toBe(207);
    const items = (await answer.json()) as Json[];
    expect(items.map(({ status }) => status)).toEqual([201, ...wrong.map(({ status }) => status), 201]);
    wrong.forEach((bad, index) => {
      expect(wholeOf(items[index + 1]?.['problem'] as Json)).toEqual({
        code: codeOf(bad),
        violations: sorted(bad.violations),
      });
    });
  });
});

/** A good event of an agency; undefined for one that may publish nothing. */
function goodOf(agency: string): Json | undefined {
  const practice = examples.find(({ name }) => name === 'practice')?.example;
  if (practice === undefined || /^es-/.test(agency)) return undefined;
  return { ...practice, id: randomUUID(), source: agency };
}

function wholeOf({ code, violations }: Json): Json {
  return { code, violations: sorted(violations as Violation[]) };
}

describe('every example of the contract is taken, and comes out as it went in', () => {
  /** Sends one event in a content mode; gives its id. */
  const modes: Record<string, (token: string, event: Json) => Promise<Json>> = {
    async structured(token, event) {
      const answer = await signed(event, await exchange.post(token, event));
      const kept = (await answer.json()) as Json;
      expect(answer.headers.get('location')).toBe(kept['address']);
      return kept;
    },
    async binary(token, { data, ...attributes }) {
      const headers = Object.entries(attributes)
        .filter(([name]) => name !== 'datacontenttype')
        .map(([name, value]) => [`ce-${name}`, encodeURIComponent(String(value))] as const);
      const answer = await exchange.post(token, JSON.stringify(data), {
        ...Object.fromEntries(headers),
        'Content-Type': types.json,
      });
      return (await (await signed({ data, ...attributes }, answer)).json()) as Json;
    },
    async batch(token, event) {
      const answer = await exchange.post(token, [event], { 'Content-Type': types.batch });
      expect(answer.status).toBe(201);
      const [{ status, ...kept } = {}] = (await answer.json()) as Json[];
      expect(status).toBe(201);
      return kept;
    },
    async lines(token, event) {
      const [answer] = await uploadLines(exchange, token, linesOf([event]), { query: '?receipts=true' });
      const { line, status, ...kept } = answer ?? {};
      expect([line, status]).toEqual([1, 201]);
      return { ...kept, agency: event['source'], kind: event['type'] };
    },
  };
  /** What needs a second signature is given it; the answer is 201 then. */
  async function signed(event: Json, answer: Response): Promise<Response> {
    const isOfOffice = kindOf(String(event['type']))?.offices !== undefined;
    expect(answer.status).toBe(isOfOffice ? 202 : 201);
    if (!isOfOffice) return answer;
    const { draft } = (await answer.json()) as Json;
    const headers = headersOf(await exchange.token(`${event['source']}/releaser`));
    const signing = await fetch(`${exchange.url}${draft}/sign`, { method: 'POST', headers });
    expect(signing.status).toBe(201);
    return signing;
  }
  // What needs a second signature comes alone.
  const cases = examples.flatMap(({ name, example }) =>
    Object.keys(modes)
      .filter((mode) => kindOf(name)?.offices === undefined || mode === 'structured' || mode === 'binary')
      .map((mode) => ({ name, mode, example })),
  );

  test.each(cases)('$name, $mode', async ({ mode, example }) => {
    const event: Json = { ...example, id: randomUUID(), subject: 'mañana, 10 % "más"' };
    const token = await exchange.token(String(event['source']));
    const kept = await modes[mode]?.(token, event);
    const address = `/v1/events/${event['source']}/${event['id']}`;
    expect(kept).toEqual({
      id: event['id'],
      agency: event['source'],
      kind: event['type'],
      address,
      receipt: expect.stringMatching(/^[A-Za-z0-9_-]{100,}$/),
    });

    const read = await fetchJson(`${address}`, token);
    expectSaid(event, read, '');
    expect(read).toMatchObject({ participant: agencyOf(String(event['source']))?.participant });
    const since = new Date(Date.parse(String(read['recordedtime'])) - 1).toISOString();
    const page = await fetchJson(
      `/v1/events?since=${since}&publisher=${event['source']}&kind=${event['type']}&limit=1000`,
      token,
    );
    expect((page['items'] as Json[]).find(({ id }) => id === event['id'])).toEqual(read);
  });

  test('the same event in another mode is the same event', async () => {
    const [first] = examples;
    const event = { ...first?.example, id: randomUUID() } as Json;
    const token = await exchange.token(String(event['source']));
    const ids: unknown[] = [];
    for (const send of Object.values(modes)) ids.push((await send(token, event))['address']);
    expect(new Set(ids).size).toBe(1);
    const { recordedtime } = await fetchJson(String(ids[0]), token);
    const page = await fetchJson(`/v1/events?since=${recordedtime}&limit=1000`, token);
    expect((page['items'] as Json[]).filter(({ id }) => id === event['id'])).toHaveLength(1);
  });
});

/**
 * Everything that was sent is there, an instant perhaps written in another way; what was not sent is said by nobody: null, an empty
 * list, nought, or a stamp of the exchange.
 */
function expectSaid(sent: unknown, got: unknown, path: string): void {
  if (typeof sent === 'object' && sent !== null) {
    expect([path, typeof got, Array.isArray(got)]).toEqual([path, 'object', Array.isArray(sent)]);
    const names = new Set([...Object.keys(sent), ...Object.keys(got as Json)]);
    for (const name of names) {
      if (name in sent) expectSaid((sent as Json)[name], (got as Json)[name], `${path}/${name}`);
      else if (path === '') expect(stamps).toContain(name);
      else
        expect(nothings.map((nothing) => [`${path}/${name}`, nothing])).toContainEqual([
          `${path}/${name}`,
          (got as Json)[name],
        ]);
    }
  } else {
    const instant = typeof sent === 'string' ? parseInstant(sent) : undefined;
    const same = instant !== undefined && parseInstant(String(got)) === instant;
    expect([path, same ? sent : got]).toEqual([path, sent]);
  }
}

const stamps = ['participant', 'recordedtime', 'traceparent', 'readers', 'office', 'signedby'];
const nothings = [undefined, null, [], 0];

async function fetchJson(path: string, token: string): Promise<Json> {
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await whenApplied(() => fetch(`${exchange.url}${path}`, { headers }));
  const text = await answer.text();
  expect([path, answer.status, text]).toEqual([path, 200, text]);
  return JSON.parse(text) as Json;
}
