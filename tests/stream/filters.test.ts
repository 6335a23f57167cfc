import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query as anyQuery, type Query, written } from '../../schemas/arbitrary-filter.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { type Address, feeds } from './ways-out.ts';

/** The filter language over HTTP agrees, on every way out, with an oracle over what was published. */

let exchange: TestExchange;
let lanes: Lanes;

beforeAll(async () => {
  exchange = await startTestExchange({ feeds: { beatMs: 50, ringBytes: 200_000 } });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

const run = randomUUID();
const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const day = (index: number) =>
  new Date(Date.UTC(2026, index % 12, 1 + (index % 28))).toISOString().slice(0, 10);

/** Alerts, practices and statistics in which every parameter finds something and misses something. */
const events = Array.from({ length: 72 }, (_, index) => {
  const language = pick(['es', 'en', 'fr'], index);
  const period = { from: day(index), to: pick([day(index), '2026-12-31'], index) };
  const groups = pick([['WOMEN'], ['CHILDREN', 'INDIGENOUS_PEOPLES'], []], index);
  const id = `${run}-${index}`;
  if (index % 4 === 0) {
    const { data } = exampleEvent('practice', id) as { data: { information: object[] } };
    const information = [{ ...data.information[0], language }];
    const appliedIn = pick([['GT'], ['MX', 'US'], ['DO', 'IOM'], ['PA']], index / 4);
    const theme = pick(['CHILDREN', 'WOMEN_AND_MIGRATION', 'DISABILITY'], index / 4);
    const practice = {
      theme,
      information,
      appliedIn,
      groups,
      period: pick([period, null, { from: day(index) }], index / 4),
    };
    return {
      agency: pick(['gt-pgn', 'iom-regional', 'mx-inm'], index / 4),
      event: exampleEvent('practice', id, practice),
    };
  }
  if (index % 4 === 1) {
    const country = pick(['GT', 'US', 'VE'], (index - 1) / 4);
    return {
      agency: pick(['mx-fgr', 'iom-regional'], (index - 1) / 4),
      event: exampleEvent('statistic', id, { country, period }),
    };
  }
  const places = pick(
    [
      [
        { leg: 'RECRUITMENT', country: 'GT' },
        { leg: 'EXPLOITATION', country: 'MX' },
      ],
      [{ leg: 'TRANSIT', country: 'DO' }],
      [
        { leg: 'INCIDENT', country: 'VE' },
        { leg: 'TRANSIT', country: 'US' },
      ],
    ],
    index,
  );
  const { data } = exampleEvent('alert', id) as { data: { information: object[] } };
  const alert = {
    category: pick(['TRAFFICKING', 'SMUGGLING', 'OTHER'], index),
    severity: pick(['EXTREME', 'SEVERE', 'MODERATE', 'MINOR', 'UNKNOWN'], index),
    exploitation: pick(
      [['FORCED_LABOUR'], ['SEXUAL_EXPLOITATION'], ['FORCED_LABOUR', 'SEXUAL_EXPLOITATION'], []],
      index,
    ),
    information: [{ ...data.information[0], language }],
    occurred: pick([period, { from: day(index) }], index),
    expires: null,
    groups,
    places,
  };
  return { agency: pick(['mx-fgr', 'gt-pgn', 'mx-inm'], index), event: exampleEvent('alert', id, alert) };
});

async function publishAll(): Promise<void> {
  for (const agency of new Set(events.map((one) => one.agency))) {
    const answer = await exchange.post(
      await exchange.token(agency),
      events.filter((one) => one.agency === agency).map(({ event }) => event),
      { 'Content-Type': 'application/cloudevents-batch+json' },
    );
    const results = await answer.text();
    if (answer.status !== 201) throw new Error(results);
  }
}

/** What is asked by each parameter alone, some together, and as somebody might write it. */
const asked: readonly Query[] = [
  {},
  { kind: ['alert'] },
  { kind: ['practice', 'STATISTIC'] },
  { country: ['GT'] },
  { country: ['do', 've'] },
  ...['CA4', 'CENTRAL_AMERICA', 'NORTH_AMERICA', 'CARIBBEAN'].map((region) => ({ region: [region] })),
  { publisher: ['MX'] },
  { publisher: ['mx-inm', 'IOM'] },
  { category: ['TRAFFICKING'] },
  { category: ['CHILDREN', 'SMUGGLING'] },
  { leg: ['TRANSIT'] },
  { exploitation: ['FORCED_LABOUR'] },
  { group: ['WOMEN'] },
  { severity: ['EXTREME'] },
  { severity: ['MODERATE'] },
  { severity: ['UNKNOWN', 'EXTREME'] },
  { language: ['fr'] },
  { from: '2026-06-01T00:00:00Z' },
  { to: '2026-03-15T00:00:00Z' },
  { from: '2026-03-01T00:00:00Z', to: '2026-03-31T00:00:00Z' },
  { kind: ['alert'], region: ['CA4'], severity: ['SEVERE'], leg: ['RECRUITMENT'] },
  ...fc.sample(anyQuery, { numRuns: 20, seed: 7 }),
];

type Data = Record<string, unknown>;
const texts = (list: unknown, name?: string): string[] =>
  ((list ?? []) as readonly Data[]).map((item) => String(name === undefined ? item : item[name]));

/** One value of one parameter, read off the event as it was sent. */
const says: Record<string, (value: string, agency: string, type: string, data: Data) => boolean> = {
  kind: (value, _, type) => type === value,
  country: (value, _, _type, data) =>
    [...texts(data['places'], 'country'), ...texts(data['appliedIn']), data['country']].includes(value),
  region: (value, ...event) =>
    ({
      CA4: ['GT', 'SV', 'HN', 'NI'],
      CENTRAL_AMERICA: ['BZ', 'CR', 'SV', 'GT', 'HN', 'NI', 'PA'],
      NORTH_AMERICA: ['CA', 'MX', 'US'],
      CARIBBEAN: ['DO', 'JM'],
    })[value]?.some((country) => says['country']?.(country, ...event)) ?? false,
  publisher: (value, agency) => agency === value || agency.split('-')[0]?.toUpperCase() === value,
  category: (value, _, _type, data) => [data['category'], data['theme'], data['indicator']].includes(value),
  leg: (value, _, _type, data) => texts(data['places'], 'leg').includes(value),
  exploitation: (value, _, _type, data) => texts(data['exploitation']).includes(value),
  group: (value, _, _type, data) => texts(data['groups']).includes(value),
  severity: (value, _, type, data) => {
    const order = ['UNKNOWN', 'MINOR', 'MODERATE', 'SEVERE', 'EXTREME'];
    return type === 'alert' && order.indexOf(String(data['severity'])) >= order.indexOf(value);
  },
  language: (value, _, _type, data) => texts(data['information'], 'language').includes(value),
};

function oracle(
  { from, to, ...lists }: Query,
  agency: string,
  { type, data }: { type?: unknown; data?: unknown },
): boolean {
  const body = data as Data;
  const inLists = Object.entries(lists).every(
    ([name, values]) =>
      values === undefined ||
      values.some((value) => {
        const canonical =
          name === 'kind' ? value.toLowerCase() : name === 'country' ? value.toUpperCase() : value;
        return says[name]?.(canonical, agency, String(type), body);
      }),
  );
  if (!inLists || (from === undefined && to === undefined)) return inLists;
  const period = (body['occurred'] ?? body['period']) as
    | { from: string; to?: string | null }
    | null
    | undefined;
  if (!period) return false;
  // An alert that names one day happened on it; what has no end goes on.
  const last = period.to ?? (type === 'alert' ? period.from : '9999-12-31');
  return (
    (to === undefined || Date.parse(`${period.from}T00:00:00Z`) <= Date.parse(to)) &&
    (from === undefined || Date.parse(`${last}T23:59:59.999Z`) >= Date.parse(from))
  );
}

test('every parameter, alone and with others, on every way out', async () => {
  const opened = await Promise.all(
    feeds.flatMap(({ name, open }) =>
      asked.map(async (query) => ({
        name,
        query,
        showing: await open(exchange, { query: `?${written(query)}` }),
      })),
    ),
  );
  await publishAll();
  const published = await lanes.ends();
  let all = 0;
  for (const { name, query, showing } of opened) {
    const shown = (await showing(published)).filter((address) => address.includes(run));
    const expected = events
      .filter(({ agency, event }) => oracle(query, agency, event))
      .map(({ agency, event }): Address => `${agency}/${event['id']}`);
    expect({ name, query, shown: [...shown].sort() }).toEqual({ name, query, shown: [...expected].sort() });
    all += shown.length;
  }
  // The oracle and the exchange do not agree on nothing alone.
  expect(all).toBeGreaterThan(feeds.length * asked.length * 5);
});
