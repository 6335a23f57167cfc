import { randomUUID } from 'node:crypto';
import type { Offsets } from '@puebla/kit';
import { agencyOf, kindOf, tlpOf } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type TableEvent,
  tableEvents,
  tableGone,
  tableReaders,
  tableRegister,
} from '../../schemas/handling-table.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { whenApplied } from '../http/ask.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { type Address, type Asked, feeds, headersOf } from './ways-out.ts';

/** Guarantee 4: the table of canRead (rules.md) over HTTP, with real tokens, on every way out. */

let exchange: TestExchange;
let lanes: Lanes;

beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { beatMs: 50 }, directory: { register: tableRegister } });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

const tokenOf = async (agency: string | null) => (agency === null ? undefined : exchange.token(agency));

/** What one way out shows of these events to one reader. */
type Showing = (published: Offsets, all: readonly Address[]) => Promise<readonly Address[]>;

/** Every way out. A new one is a line here. */
const waysOut: readonly { name: string; open(asked: Asked): Promise<Showing> }[] = [
  ...feeds.map(({ name, open }) => ({ name, open: (asked: Asked) => open(exchange, asked) })),
  {
    name: 'by its address',
    open:
      async ({ token }) =>
      (_, all) =>
        byAddress(token, all),
  },
  {
    name: 'counted',
    open: async ({ token }) => {
      const since = new Date().toISOString();
      return (_, all) => counted(token, since, all);
    },
  },
];

async function byAddress(token: string | undefined, all: readonly Address[]): Promise<Address[]> {
  const shown: Address[] = [];
  for (const address of all) {
    const answer = await whenApplied(() =>
      fetch(`${exchange.url}/v1/events/${address}`, { headers: headersOf(token) }),
    );
    expect([200, 404]).toContain(answer.status);
    if (answer.status === 200) shown.push(address);
    await answer.arrayBuffer();
  }
  return shown;
}

/** A day of its own for each event of the table, long ago: so that it is known which of them is counted. */
const dayOf = (index: number): string => new Date(Date.UTC(1901, 0, 1 + index)).toISOString().slice(0, 10);

async function counted(
  token: string | undefined,
  since: string,
  all: readonly Address[],
): Promise<Address[]> {
  const publisher = [...new Set(all.map((address) => address.slice(0, address.indexOf('/'))))].join();
  const query = new URLSearchParams({ by: 'day', since, publisher, from: dayOf(0), to: dayOf(all.length) });
  const answer = await whenApplied(() =>
    fetch(`${exchange.url}/v1/statistics?${query}`, { headers: headersOf(token) }),
  );
  expect(answer.status).toBe(200);
  const { items } = (await answer.json()) as { items: { period: string; count: number }[] };
  const days = items.flatMap(({ period, count }) => Array.from({ length: count }, () => period));
  return days.map((day) => all.find((_, index) => dayOf(index) === day) ?? day);
}

/** Opens every way out to every reader, publishes, and gives what each was shown of it. */
async function shownTo(
  readers: readonly (string | null)[],
  publish: () => Promise<readonly Address[]>,
): Promise<{ wayOut: string; reader: string | null; shown: readonly Address[] }[]> {
  const opened = await Promise.all(
    waysOut.flatMap((wayOut) =>
      readers.map(async (reader) => {
        const token = await tokenOf(reader);
        return { wayOut: wayOut.name, reader, showing: await wayOut.open({ token }) };
      }),
    ),
  );
  const all = await publish();
  const published = await lanes.ends();
  return Promise.all(
    opened.map(async ({ wayOut, reader, showing }) => {
      const shown = await showing(published, all);
      expect(shown).toHaveLength(new Set(shown).size);
      return { wayOut, reader, shown: all.filter((address) => shown.includes(address)) };
    }),
  );
}

test('every case of the table, on every way out', async () => {
  const run = randomUUID();
  const idOf = (index: number): string => `${run}-${index}`;
  const all = tableEvents.map(({ agency }, index) => `${agency}/${idOf(index)}`);
  const answers = await shownTo(tableReaders, async () => {
    for (const [index, event] of tableEvents.entries()) await put(event, idOf(index), dayOf(index));
    return all;
  });
  expect(answers).toHaveLength(tableReaders.length * waysOut.length);
  for (const { wayOut, reader, shown } of answers) {
    const may = all.filter((_, index) => tableEvents[index]?.may.includes(reader) === true);
    expect({ wayOut, reader, shown }).toEqual({ wayOut, reader, shown: may });
  }
});

/** Publishes it as its agency would; what cannot be published today is in the lanes all the same, and stays there. */
async function put(event: TableEvent, id: string, day: string): Promise<void> {
  const { agency, tlp, audience, readers, sponsor, office } = event;
  const period = { from: day, to: day };
  const dated = event.kind === 'alert' ? { occurred: period } : { period };
  if (event.written === true) {
    const kind = kindOf(event.kind)?.name;
    const marking = tlpOf(tlp);
    if (kind === undefined || marking === undefined) throw new Error(`${event.kind} ${tlp}`);
    const stamped = { ...(readers && { readers }), ...(sponsor && { sponsor }), ...(office && { office }) };
    await lanes.write([{ id, agency, kind, tlp: marking, ...stamped, data: dated }]);
    return;
  }
  const { participant } = agencyOf(agency) ?? {};
  // An observer state alerts about its own territory.
  const own = event.kind === 'alert' ? { places: [{ leg: 'TRANSIT', country: participant }] } : {};
  const body = { ...exampleEvent(event.kind, id, { ...own, ...dated }), tlp, ...(audience && { audience }) };
  const answer = await exchange.post(await exchange.token(agency), body);
  expect([answer.status, answer.status === 201 ? '' : await answer.text()]).toEqual([201, '']);
}

test('what is said of its handling is what was asked for and whom it meant', async () => {
  const id = randomUUID();
  const body = { ...exampleEvent('alert', id), tlp: 'AMBER', audience: 'CA4', usecode: 'H2' };
  expect((await exchange.post(await exchange.token('mx-fgr'), body)).status).toBe(201);
  const headers = headersOf(await exchange.token('gt-pgn'));
  const answer = await whenApplied(() => fetch(`${exchange.url}/v1/events/mx-fgr/${id}`, { headers }));
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  expect(await answer.json()).toMatchObject({
    tlp: 'AMBER',
    audience: 'CA4',
    readers: 'SV,GT,HN,NI',
    usecode: 'H2',
  });
});

test.each(tableGone)('row 2: %s is refused on every way out and on the way in', async (agency) => {
  const headers = { ...headersOf(await exchange.token(agency)), 'Content-Type': 'application/json' };
  for (const path of ['/v1/events/stream', '/v1/events', `/v1/events/mx-fgr/${randomUUID()}`]) {
    expect((await fetch(`${exchange.url}${path}`, { headers })).status).toBe(401);
  }
  const answer = await exchange.post(await exchange.token(agency), exampleEvent('alert', randomUUID()));
  expect(answer.status).toBe(401);
});

describe('row 2: a token that is not taken', () => {
  const good = () => exchange.token('mx-fgr');
  const bad: readonly (readonly [string, () => Promise<string>])[] = [
    ['is no token', async () => 'Bearer nothing'],
    ['is cut', async () => `Bearer ${(await good()).slice(0, -5)}`],
    ['is changed', async () => `Bearer ${(await good()).replace(/\.[^.]/, '.A')}`],
    ['is in another scheme', async () => `Basic ${await good()}`],
    ['is empty', async () => 'Bearer '],
    ['names no agency that there is', async () => `Bearer ${await exchange.token('mx-none')}`],
  ];

  test.each(bad)(
    '%s: 401 on every way out, never a reader who is not signed in',
    async (_name, authorization) => {
      const id = randomUUID();
      const answer = await exchange.post(await good(), exampleEvent('alert', id));
      expect(answer.status).toBe(201);
      for (const path of ['/v1/events/stream', '/v1/events', `/v1/events/mx-fgr/${id}`]) {
        const refused = await fetch(`${exchange.url}${path}`, {
          headers: { Authorization: await authorization() },
        });
        expect(refused.status).toBe(401);
        expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer /);
        expect(refused.headers.get('content-type')).toBe('application/problem+json');
        expect(Object.keys((await refused.json()) as object)).not.toContain('items');
      }
    },
  );
});
