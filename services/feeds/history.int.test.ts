import { randomUUID } from 'node:crypto';
import {
  connectKafka,
  copyOffsets,
  createProducer,
  encodeRecord,
  ends,
  ensureTopics,
  type Kafka,
  type LanePosition,
  type LogRecord,
  type MutableOffsets,
  type Offsets,
  readOnce,
  setOffset,
} from '@puebla/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FeedEvent } from './event.ts';
import { type HistoryItem, readHistory } from './history.ts';
import { eventAt } from './stage.ts';

const topic = `history.${randomUUID()}`;
const lanes = 3;
const each = 40;
const brokers = (process.env['PUEBLA_TEST_KAFKA'] ?? '').split(',');
let kafka: Kafka;
let end: Offsets;

beforeAll(async () => {
  kafka = connectKafka({ brokers, clientId: 'history-test' });
  const config = { 'message.timestamp.type': 'LogAppendTime' };
  await ensureTopics({ brokers, clientId: 'history-admin' }, [{ topic, partitions: lanes, config }]);
  const producer = createProducer(kafka, { sendTimeoutMs: 30_000 });
  const keys = Array.from({ length: lanes * each }, (_, index) => index);
  const outcomes = await producer.send(
    keys.map((index) => ({
      topic,
      partition: index % lanes,
      content: encodeRecord(String(index), Buffer.from('value'), []),
    })),
  );
  producer.close();
  expect(outcomes.every(({ state }) => state === 'written')).toBe(true);
  end = await ends(kafka, [topic]);
});
afterAll(() => kafka.close());

/** Every third record is one that nobody sees. */
function read(record: LogRecord): FeedEvent | undefined {
  if (record.offset % 3 === 2) return undefined;
  const { partition, offset } = record;
  return { ...eventAt({ topic: 'puebla.alert', partition, offset }), topic };
}
const seen = (partition: number, from: number) =>
  Array.from({ length: each - from }, (_, index) => `${partition}-${from + index}`).filter(
    (id) => Number(id.split('-')[1]) % 3 !== 2,
  );

/** Reads to `target`, or to the item numbered `cut`, moving the position as a reader does. */
async function readFrom(position: MutableOffsets, target: Offsets, cut = Number.POSITIVE_INFINITY) {
  const items: HistoryItem[] = [];
  const fetch = (lanes: readonly LanePosition[]) => readOnce(kafka, 'history-test', lanes);
  for await (const piece of readHistory({ kafka, reading: { read }, fetch, position, target })) {
    for (const item of piece) {
      if (item.type === 'event') setOffset(position, item.event, item.event.offset + 1);
      items.push(item);
      if (items.length > cut) return items;
    }
  }
  return items;
}
const idsOf = (items: readonly HistoryItem[]) =>
  items.map((item) => (item.type === 'event' ? item.event.content()?.head.id : 'gap'));

test('reads all lanes to the target, and the position ends there', async () => {
  const position = { [topic]: [0, 10, each] };
  const ids = idsOf(await readFrom(position, end));
  expect(new Set(ids)).toEqual(new Set([...seen(0, 0), ...seen(1, 10)]));
  expect(ids).toHaveLength(seen(0, 0).length + seen(1, 10).length);
  expect(position).toEqual(end);
});

test('goes no further than the target', async () => {
  const position = { [topic]: [0, 0, 0] };
  const target = { [topic]: [7, 0, 1] };
  const ids = idsOf(await readFrom(position, target));
  expect(new Set(ids)).toEqual(new Set([...seen(0, 0).filter((id) => Number(id.split('-')[1]) < 7), '2-0']));
  expect(position).toEqual(target);
});

test('the position after any item gives exactly the rest', async () => {
  const all = idsOf(await readFrom({ [topic]: [0, 0, 0] }, end));
  for (const cut of [0, 1, 17, 40, all.length - 2, all.length - 1]) {
    const position = { [topic]: [0, 0, 0] };
    const before = idsOf(await readFrom(position, end, cut));
    const after = idsOf(await readFrom(copyOffsets(position), end));
    expect([...before, ...after].sort()).toEqual([...all].sort());
  }
});

test('a place above the end of a lane, whose log was lost, is one gap and not an endless one', async () => {
  const position = { [topic]: [each + 3, 30, each] };
  const target = { [topic]: [each + 5, each, each] };
  const ids = idsOf(await readFrom(position, target, 100));
  expect(ids.filter((id) => id === 'gap')).toHaveLength(1);
  expect(ids.filter((id) => id !== 'gap')).toEqual(seen(1, 30));
  expect(position).toEqual(target);
});

test('a target that the log no longer reaches is refused, and not waited for', async () => {
  const position = { [topic]: [each - 1, each, each] };
  const target = { [topic]: [each + 2, each, each] };
  await expect(readFrom(position, target)).rejects.toMatchObject({ code: 'kafka-refused' });
});
