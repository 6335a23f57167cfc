import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Offsets } from '@puebla/kit';
import { agencies, tlpOf } from '@puebla/schemas';
import table from '../../schemas/handling-cases.json' with { type: 'json' };
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Lanes, openLanes, type WrittenEvent } from './lanes.ts';
import { type Address, type Asked, feeds, headersOf } from './ways-out.ts';

/** Guarantee 4: the table of canRead (rules.md) over HTTP, with real tokens, on every way out. */

let exchange: TestExchange;
let lanes: Lanes;

beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { beatMs: 50 } });
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
];

async function byAddress(token: string | undefined, all: readonly Address[]): Promise<Address[]> {
  const shown: Address[] = [];
  for (const address of all) {
    const answer = await fetch(`${exchange.url}/v1/events/${address}`, { headers: headersOf(token) });
    expect([200, 404]).toContain(answer.status);
    if (answer.status === 200) shown.push(address);
    await answer.arrayBuffer();
  }
  return shown;
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
  // What the gateway does not carry yet is in the lanes all the same, and stays there.
  const events = table.cases.map(({ event }, index): WrittenEvent => {
    const tlp = tlpOf(event.tlp);
    if (tlp === undefined) throw new Error(event.tlp);
    return {
      id: `${run}-${index}`,
      agency: event.agency,
      tlp,
      ...('readers' in event ? { readers: event.readers } : {}),
    };
  });
  const all = events.map(({ agency, id }) => `${agency}/${id}`);
  const readers = [...new Set(table.cases.map(({ as }) => as))];
  const answers = await shownTo(readers, async () => {
    await lanes.write(events);
    return all;
  });
  for (const { wayOut, reader, shown } of answers) {
    const cases = table.cases.flatMap((one, index) => (one.as === reader ? [{ ...one, index }] : []));
    const told = cases.map(({ row, event, index }) => ({
      row,
      event,
      may: shown.includes(all[index] ?? ''),
    }));
    expect({ wayOut, reader, told }).toEqual({
      wayOut,
      reader,
      told: cases.map(({ row, event, may }) => ({ row, event, may })),
    });
  }
});

describe('what the gateway took as CLEAR or GREEN', () => {
  /** One of each status, and a second of one participant. */
  const publishers = ['mx-fgr', 'mx-inm', 'gt-pgn'];
  const others = ['co-migracion', 'iom-regional', 'rncom-network', 'ts-office'];
  const guest = 'es-interior';

  test('is shown to exactly those who may, whoever published it', async () => {
    const run = randomUUID();
    const clear: Address[] = [];
    const green: Address[] = [];
    const readers = [null, guest, ...publishers, ...others];
    expect(agencies.map(({ id }) => id)).toEqual(expect.arrayContaining([guest, ...publishers, ...others]));
    const answers = await shownTo(readers, async () => {
      for (const agency of publishers) {
        for (const kind of ['alert', 'practice']) {
          for (const tlp of ['CLEAR', 'GREEN']) {
            const event = { ...exampleEvent(kind, `${run}-${kind}-${tlp}`), tlp };
            const answer = await exchange.post(await exchange.token(agency), event);
            expect(answer.status).toBe(201);
            (tlp === 'CLEAR' ? clear : green).push(`${agency}/${run}-${kind}-${tlp}`);
          }
        }
      }
      return [...clear, ...green];
    });
    expect(answers).toHaveLength(readers.length * waysOut.length);
    for (const { wayOut, reader, shown } of answers) {
      const may = reader === null || reader === guest ? clear : [...clear, ...green];
      expect({ wayOut, reader, shown }).toEqual({ wayOut, reader, shown: may });
    }
  });
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
