import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, openStage, type RunningLibrary, type Stage } from './stage.ts';

let stage: Stage;
let library: RunningLibrary;

beforeAll(async () => {
  stage = await openStage(process.env);
  library = await stage.library();
  await stage.whole();
  await stage.settled();
  await stage.database.query(fill, [Date.now()]);
  await stage.database.query('analyze library.events');
  // A connection tells the rest of what it has looked at when it ends.
  await library.close();
  library = await stage.library();
});
afterAll(async () => {
  await stage?.close();
});

/** Of 20,000 events 1,300 ask, an hour apart, and 99 of them are overdue; gt-mp has answered each second one, gt-pgn none. */
const fill = `
insert into library.events
  (agency, id, kind, participant, thread, tlp, readers, ackby, answers, answer, accepted, topic, partition, "offset", digest, record)
select 'mx-fgr', 'event-' || n, 'alert', 'MX', null, 'AMBER_STRICT', 'gt-mp,gt-pgn',
  case when n <= 1300 then $1::bigint + (n - 100) * 3600000::bigint + 1800000 end, null, null, now(), 'puebla.alert', 7, 1000 + n, '', ''::bytea
from generate_series(1, 20000) n
union all
select 'gt-mp', 'answer-' || n, 'acknowledgement', 'GT', 'mx-fgr/event-' || n, 'AMBER_STRICT', 'mx-fgr',
  null, 'mx-fgr/event-' || n, 'RECEIVED', now(), 'puebla.alert', 7, 30000 + n, '', ''::bytea
from generate_series(2, 1300, 2) n`;

interface Due {
  readonly items: readonly {
    readonly address: string;
    readonly ackby: string;
    readonly missing: readonly { readonly agencies: readonly string[] }[];
  }[];
  readonly more: boolean;
  readonly overdue?: unknown;
}
async function dueFor(as: string, from?: string): Promise<Due> {
  const query = from === undefined ? '' : `?from=${encodeURIComponent(from)}`;
  const answer = await library.ask(`/v1/acknowledgements${query}`, { as });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Due;
}

test('a long list comes in pieces, from the last time on', async () => {
  const addresses = new Set<string>();
  let from: string | undefined;
  for (let pieces = 1; ; pieces += 1) {
    const { items, more } = await dueFor('gt-mp', from);
    for (const { address } of items) addresses.add(address);
    from = items.at(-1)?.ackby;
    if (!more) {
      expect(pieces).toBe(2);
      break;
    }
    expect(items).toHaveLength(500);
  }
  const expected = Array.from({ length: 650 }, (_, n) => `/v1/events/mx-fgr/event-${2 * n + 1}`);
  expect([...addresses]).toEqual(expected);
});

test('the owner is told of whom it is missing, the Secretariat how often', async () => {
  const { items, more } = await dueFor('mx-fgr');
  expect([items.length, more]).toEqual([500, true]);
  expect(items.slice(0, 2).map(({ missing }) => missing.map(({ agencies }) => agencies.join()))).toEqual([
    ['gt-pgn', 'gt-mp'],
    ['gt-pgn'],
  ]);
  const { items: none, overdue } = await dueFor('ts-office');
  expect(none).toEqual([]);
  expect(overdue).toEqual([{ participant: 'GT', count: 99 + 50 }]);
});

test('no list looks at every event', async () => {
  // Rows, not scans: an index is made by a scan too, of a table that is empty then.
  const scanned = async (): Promise<{ all: number; asking: number }> => {
    const { rows } = await stage.database.query(`
      select (select seq_tup_read from pg_stat_user_tables where schemaname = 'library' and relname = 'events')::integer as all,
        (select idx_scan from pg_stat_user_indexes where indexrelname = 'events_that_ask')::integer as asking`);
    return rows[0];
  };
  const before = await scanned();
  // PostgreSQL tells of it some time after, when its connection is used again.
  const after = await eventually(
    async () => {
      for (const who of ['gt-mp', 'mx-fgr', 'sv-fgr', 'ts-office']) await dueFor(who);
      return scanned();
    },
    ({ asking }) => asking >= before.asking + 4,
  );
  expect(after.all - before.all).toBe(0);
});
