import { asLogRecord } from '@puebla/kit';
import { kindOf, noFacets } from '@puebla/schemas';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bigintArray, textArray } from './binary-array.ts';
import type { Row } from './row.ts';
import { eventRecord, openStage, type Stage } from './stage.ts';
import { createTables } from './tables.ts';
import { writeAround, writeBatch } from './write.ts';

let stage: Stage;
let client: pg.Client;

beforeAll(async () => {
  stage = await openStage(process.env);
  client = new pg.Client({ connectionString: stage.databaseUrl });
  await client.connect();
  await client.query(createTables);
});
afterAll(async () => {
  await client?.end();
  await stage?.close();
});

test('texts and numbers arrive as they were sent', async () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'));
  const texts = fc.array(fc.option(fc.oneof(text, fc.constantFrom('', 'NULL', '"', '\\', '{a,b}'))));
  const numbers = fc.array(fc.option(fc.maxSafeInteger()));
  await fc.assert(
    fc.asyncProperty(texts, numbers, async (someTexts, someNumbers) => {
      const { rows } = await client.query('select $1::text[] as texts, $2::bigint[]::text[] as numbers', [
        textArray(someTexts),
        bigintArray(someNumbers),
      ]);
      expect(rows[0]).toEqual({
        texts: someTexts,
        numbers: someNumbers.map((number) => number?.toString() ?? null),
      });
    }),
  );
});

const topic = 'puebla.alert';
const kind = kindOf('alert')?.name;

function row(id: string, changes: Partial<Row> & { readers?: string } = {}): Row {
  if (kind === undefined) throw new RangeError('the contract has no alerts');
  const { readers, ...rest } = changes;
  const head = {
    id,
    agency: 'mx-fgr',
    kind,
    time: '',
    participant: 'MX',
    tlp: 'CLEAR' as const,
    ...(readers && { readers }),
  };
  return {
    head,
    topic,
    partition: 7,
    offset: 1,
    accepted: 1_800_000_000_000,
    digest: 'x',
    facets: noFacets,
    record: asLogRecord(eventRecord(stage.codec, { id }).record, { offset: 1, timestamp: 1_800_000_000_000 }),
    ...rest,
  };
}

const stored = async (id: string) =>
  (await stage.stored(id)).map(({ offset, digest, topic: at }) => ({ offset, digest, topic: at }));

test('the same body changes nothing, another one wins by its later offset, across lanes by its time', async () => {
  const write = (...rows: Row[]) => writeBatch(client, { rows, erased: [], moved: [] });
  await write(row('a', { offset: 10 }));
  await write(row('a', { offset: 11 }));
  expect(await stored('a')).toEqual([{ offset: '10', digest: 'x', topic }]);
  await write(row('a', { offset: 12, digest: 'y' }));
  expect(await stored('a')).toEqual([{ offset: '12', digest: 'y', topic }]);
  await write(row('a', { offset: 9, digest: 'z' }));
  expect(await stored('a')).toEqual([{ offset: '12', digest: 'y', topic }]);
  const other = 'puebla.practice';
  await write(row('a', { offset: 90, digest: 'z', topic: other, accepted: 1_700_000_000_000 }));
  expect(await stored('a')).toEqual([{ offset: '12', digest: 'y', topic }]);
  await write(row('a', { offset: 3, digest: 'z', topic: other, accepted: 1_900_000_000_000 }));
  expect(await stored('a')).toEqual([{ offset: '3', digest: 'z', topic: other }]);
});

test('a row that the database cannot hold is handed over, the others are written and the lane goes on', async () => {
  const ids = Array.from({ length: 9 }, (_, nr) => `mixed-${nr}`);
  const refused: string[] = [];
  const rows = ids.map((id, nr) => row(id, nr === 4 || nr === 5 ? { readers: 'MX\0' } : {}));
  await writeAround(
    client,
    { rows, erased: [], moved: [{ topic, partition: 3, next: 9 }] },
    async ({ head }) => void refused.push(head.id),
  );
  expect(refused).toEqual(['mixed-4', 'mixed-5']);
  expect(await stage.stored(...ids)).toHaveLength(7);
  const { rows: lanes } = await client.query('select next from library.offsets where partition = 3');
  expect(lanes).toEqual([{ next: '9' }]);
});

test('a batch of which nothing can be held still moves its lane', async () => {
  const rows = [row('bad', { readers: '\0' })];
  await writeAround(client, { rows, erased: [], moved: [{ topic, partition: 4, next: 2 }] }, async () => {});
  const { rows: lanes } = await client.query('select next from library.offsets where partition = 4');
  expect(lanes).toEqual([{ next: '2' }]);
});

test('a tombstone takes away what stands before it in its lane, and notes what is left to be done', async () => {
  const erased = (id: string, offset: number, at = topic) => ({
    erases: `mx-fgr/${id}`,
    topic: at,
    partition: 7,
    offset,
    time: 1_800_000_000_000 + offset,
  });
  const ids = ['gone', 'later', 'elsewhere', 'other'];
  await writeBatch(client, { rows: ids.map((id) => row(id, { offset: 20 })), erased: [], moved: [] });
  await writeBatch(client, {
    rows: [row('new', { offset: 32 })],
    erased: [erased('gone', 30), erased('later', 20), erased('elsewhere', 31, 'puebla.practice')],
    moved: [{ topic, partition: 7, next: 33 }],
  });
  await writeBatch(client, { rows: [], erased: [erased('gone', 34)], moved: [] });
  const rows = await stage.stored(...ids, 'new');
  expect(rows.map(({ id }) => id).sort()).toEqual(['elsewhere', 'later', 'new', 'other']);
  const { rows: erasures } = await client.query(
    `select erases, "offset" from library.erasures where topic = $1 order by erases`,
    [topic],
  );
  expect(erasures).toEqual([
    { erases: 'mx-fgr/gone', offset: '34' },
    { erases: 'mx-fgr/later', offset: '20' },
  ]);
  const { rows: markers } = await client.query('select since from library.markers where topic = $1', [topic]);
  expect(markers).toEqual([{ since: '1800000000034' }]);
});
