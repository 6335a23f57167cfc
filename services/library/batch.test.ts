import { asLogRecord, encodeRecord } from '@puebla/kit';
import { type EventHead, noFacets } from '@puebla/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Batch, lanesBetween, openBatch } from './batch.ts';
import type { Row } from './row.ts';

const topic = 'puebla.alert';

function row(id: string, digest: string, offset: number): Row {
  const head = {
    id,
    agency: 'mx-fgr',
    kind: 'alert',
    time: '',
    participant: 'MX',
    tlp: 'CLEAR',
  } as EventHead;
  const content = encodeRecord(`mx-fgr/${id}`, null, []);
  const record = asLogRecord({ topic, partition: 7, content }, { offset, timestamp: offset });
  return { head, topic, partition: 7, offset, accepted: offset, digest, facets: noFacets, record };
}

test('a twin in the same batch changes nothing, the first one stays', () => {
  const batch = openBatch();
  expect(batch.add(row('a', 'x', 1))).toBe('taken');
  expect(batch.add(row('a', 'x', 2))).toBe('same');
  expect(batch.close().rows.map(({ offset }) => offset)).toEqual([1]);
});

test('another body of the same identity is left to the next batch', () => {
  const batch = openBatch();
  batch.add(row('a', 'x', 1));
  expect(batch.add(row('a', 'y', 2))).toBe('other-body');
  expect(batch.add(row('b', 'y', 3))).toBe('taken');
  expect(batch.size()).toBe(2);
});

test('the same id of another agency is another event', () => {
  const batch = openBatch();
  const first = row('a', 'x', 1);
  batch.add(first);
  expect(batch.add({ ...first, head: { ...first.head, agency: 'gt-mp' } })).toBe('taken');
});

test('a batch without rows still moves lanes', () => {
  const batch = openBatch();
  expect(batch.isEmpty()).toBe(true);
  batch.move({ topic, partition: 2 }, 9);
  batch.move({ topic, partition: 2 }, 10);
  expect(batch.isEmpty()).toBe(false);
  expect(batch.close()).toEqual({ rows: [], erased: [], moved: [{ topic, partition: 2, next: 10 }] });
});

test('the lanes that moved are found, also those that were not known before', () => {
  expect(lanesBetween({ [topic]: [1, 2] }, { [topic]: [1, 5, 0, 3], other: [0, 1] })).toEqual([
    { topic, partition: 1, next: 5 },
    { topic, partition: 3, next: 3 },
    { topic: 'other', partition: 1, next: 1 },
  ]);
});

/** What the statement in write.ts does, in memory. */
function upsert(view: Map<string, Row>, { rows }: Batch): void {
  for (const incoming of rows) {
    const stored = view.get(incoming.head.id);
    if (stored === undefined || (stored.digest !== incoming.digest && incoming.offset > stored.offset)) {
      view.set(incoming.head.id, incoming);
    }
  }
}

test('however the log is cut into batches, the view is the same', () => {
  const lane = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('x', 'y', 'z')), {
    maxLength: 40,
  });
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
  fc.assert(
    fc.property(lane, sizes, (records, cuts) => {
      const apply = (sizeOf: (nr: number) => number): Map<string, Row> => {
        const view = new Map<string, Row>();
        let batch = openBatch();
        let nr = 0;
        const flush = (): void => {
          upsert(view, batch.close());
          batch = openBatch();
          nr += 1;
        };
        for (const [offset, [id, digest]] of records.entries()) {
          const next = row(id, digest, offset);
          if (batch.add(next) === 'other-body') {
            flush();
            batch.add(next);
          }
          if (batch.size() >= sizeOf(nr)) flush();
        }
        flush();
        return view;
      };
      expect(apply((nr) => cuts[nr % cuts.length] ?? 1)).toEqual(apply(() => 1));
    }),
  );
});

const tombstone = (id: string, offset: number, partition = 7) => ({
  erases: `mx-fgr/${id}`,
  topic,
  partition,
  offset,
  time: offset,
});

test('a tombstone takes its event out of the batch, and what is published again is left to the next one', () => {
  const batch = openBatch();
  batch.add(row('a', 'x', 1));
  batch.add(row('b', 'x', 2));
  const before = batch.bytes();
  expect(batch.erase(tombstone('a', 3))).toBe(true);
  expect(batch.erase(tombstone('a', 4))).toBe(true);
  expect(batch.bytes()).toBe(before / 2);
  expect(batch.add(row('a', 'x', 5))).toBe('erased');
  expect(batch.close()).toMatchObject({ rows: [{ offset: 2 }], erased: [{ erases: 'mx-fgr/a', offset: 4 }] });
});

test('a tombstone of another lane than the event is left to the next batch', () => {
  const batch = openBatch();
  batch.add(row('a', 'x', 1));
  expect(batch.erase(tombstone('a', 3, 8))).toBe(false);
  expect(batch.erase(tombstone('b', 3, 8))).toBe(true);
  expect(batch.erase(tombstone('b', 3, 7))).toBe(false);
});
