import { filterKey, matches, parseFilter, timeZones } from '@puebla/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as arbitrary from '../../schemas/arbitrary-filter.ts';
import { onThisMachine } from '../kit/test-clock.ts';
import { bigintArray, textArray } from './binary-array.ts';
import { facetsText } from './facets.ts';
import { openStage, type RunningLibrary, type Stage } from './stage.ts';
import type { Count } from './statistics.ts';

let stage: Stage;
let library: RunningLibrary;

beforeAll(async () => {
  stage = await openStage(process.env);
  library = await stage.library();
  await stage.whole();
  await stage.settled();
});
afterAll(async () => {
  await stage?.close();
});

interface Statistics {
  readonly by: string;
  readonly zone: string;
  readonly total: number;
  readonly items: readonly Count[];
  readonly more: boolean;
}
/** Accepted then: other tests of the run publish now. */
const far = '2100-01-01T00:00:00Z';
async function statistics(query: string, as?: string): Promise<Statistics> {
  const answer = await library.ask(`/v1/statistics?since=${far}&${query}`, as === undefined ? {} : { as });
  expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'private, no-store']);
  return (await answer.json()) as Statistics;
}

type Happened = readonly [
  event: typeof arbitrary.event extends fc.Arbitrary<infer Of> ? Of : never,
  facets: typeof arbitrary.facets extends fc.Arbitrary<infer Of> ? Of : never,
];

const empty = () => stage.database.query('delete from library.events where accepted >= $1', [far]);

async function fill(events: readonly Happened[]): Promise<void> {
  await empty();
  await stage.database.query(
    `insert into library.events
       (agency, id, kind, participant, tlp, category, facets, starts, ends, accepted, topic, partition, "offset", digest, record)
     select agency, 'event-' || nr, kind, participant, 'CLEAR', category, facets, starts, ends, '${far}', 'puebla.alert', 7, nr, '', ''::bytea
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[]) with ordinality
       as event (agency, kind, participant, category, facets, starts, ends, nr)`,
    [
      textArray(events.map(([{ agency }]) => agency)),
      textArray(events.map(([{ kind }]) => kind)),
      textArray(events.map(([{ participant }]) => participant)),
      textArray(events.map(([, { category }]) => category)),
      textArray(events.map(([, facets]) => facetsText(facets))),
      bigintArray(events.map(([, { from }]) => from)),
      bigintArray(events.map(([, { to }]) => to)),
    ],
  );
}

test('what is counted is what the filter of every other way out takes', async () => {
  const events = fc.sample(fc.tuple(arbitrary.event, arbitrary.facets), 400);
  await fill(events);
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(arbitrary.query, async (asked) => {
      const parsed = parseFilter(arbitrary.written(asked));
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.violations));
      const passing = events.filter(([event, facets]) => matches(parsed.filter, event, facets));
      const { total, items } = await statistics(filterKey(parsed.filter));
      expect(total).toBe(passing.length);
      expect(items.reduce((sum, { count }) => sum + count, 0)).toBe(total);
      taken += total;
    }),
    { numRuns: 150 },
  );
  expect(taken).toBeGreaterThan(500);
});

const at = (from: string, to = from): Happened => [
  { kind: 'alert', agency: 'mx-fgr', participant: 'MX', accepted: 0 },
  {
    countries: [],
    category: 'SMUGGLING',
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: [],
    from: Date.parse(from),
    to: Date.parse(to),
  },
];
const periods = ({ items }: Statistics) => items.map(({ period, count }) => [period, count]);

test('a day, month or year begins as the clocks of the zone show it; what began before the period is in its first', async () => {
  await fill([
    at('2026-01-01T05:59:00Z'),
    at('2026-01-01T06:00:00Z'),
    at('2026-03-10T12:00:00Z'),
    at('2025-06-01T00:00:00Z', '2026-12-31T00:00:00Z'),
  ]);
  const zone = 'zone=America/Guatemala';
  expect(periods(await statistics(`by=year&${zone}`))).toEqual([
    ['2025', 2],
    ['2026', 2],
  ]);
  expect(periods(await statistics('by=year'))).toEqual([
    ['2025', 1],
    ['2026', 3],
  ]);
  expect(periods(await statistics(`by=day&${zone}&from=2026-01-01T06:00:00Z`))).toEqual([
    ['2026-01-01', 2],
    ['2026-03-10', 1],
  ]);
  expect(periods(await statistics(zone))).toEqual([
    ['2025-05', 1],
    ['2025-12', 1],
    ['2026-01', 1],
    ['2026-03', 1],
  ]);
});

test('the database knows every zone of the contract', async () => {
  const { rows } = await stage.database.query(
    'select zone from unnest($1::text[]) as zone where zone not in (select name from pg_timezone_names)',
    [timeZones],
  );
  expect(rows).toEqual([]);
});

test('what is asked wrong is refused by its parameter', async () => {
  const answer = await library.ask('/v1/statistics?by=week&country=XX');
  expect(answer.status).toBe(400);
  const { violations } = (await answer.json()) as { violations: { pointer: string }[] };
  expect(violations.map(({ pointer }) => pointer).sort()).toEqual(['/by', '/country']);
});

/** Of 2 KB each, as the log has them; a third of them for one agency of GT. */
const fillMany = `
insert into library.events
  (agency, id, kind, participant, tlp, readers, category, facets, starts, ends, accepted, topic, partition, "offset", digest, record)
select 'mx-fgr', 'event-' || n, 'alert', 'MX', case when n % 3 = 0 then 'AMBER_STRICT' else 'CLEAR' end,
  case when n % 3 = 0 then 'gt-pgn' end, (array['SMUGGLING', 'TRAFFICKING', 'OTHER'])[1 + n % 3],
  'c:' || (array['GT', 'MX', 'US', 'HN'])[1 + n % 4] || ',l:TRANSIT,s:SEVERE,t:es',
  1400000000000 + n * 3600000::bigint, 1400000000000 + (n + 1) * 3600000::bigint, '${far}', 'puebla.alert', 7, 1000 + n, '',
  decode(repeat(md5(n::text), 60), 'hex')
from generate_series(1, 100000) n`;

test('100,000 events are counted in a second, each for who may read it', async () => {
  await empty();
  await stage.database.query(fillMany);
  await stage.database.query('vacuum analyze library.events');
  /** The best of some, since others use the machine. */
  const timed = async (query: string, as?: string): Promise<[number, Statistics]> => {
    const times: number[] = [];
    const ask = async (): Promise<Statistics> => {
      const began = performance.now();
      const answer = await statistics(query, as);
      times.push(performance.now() - began);
      return answer;
    };
    for (let nr = 0; nr < 4; nr += 1) await ask();
    const answer = await ask();
    return [Math.min(...times), answer];
  };
  const [ms, all] = await timed('by=day&zone=America/Guatemala', 'gt-pgn');
  expect(all.total).toBe(100_000);
  expect([all.items.length, all.more]).toEqual([expect.any(Number), true]);
  expect(all.items.length).toBeLessThanOrEqual(5_000);
  const [again, some] = await timed('by=month&country=GT&severity=MODERATE');
  expect(some.total).toBe(16_667);
  expect(some.items.some(({ category }) => category === 'SMUGGLING')).toBe(false);
  expect(Math.max(ms, again)).toBeLessThan(onThisMachine(1_000));
});
