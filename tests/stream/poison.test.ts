import { randomUUID } from 'node:crypto';
import { encodeRecord, type Header, markerFor, tombstonesFor } from '@puebla/kit';
import { agencyOf, participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { metricOf } from '../metric.ts';
import { has, openStream } from '../stream-client.ts';
import { type Lanes, openLanes } from './lanes.ts';
import { addressesOf, addressOfItem, cursorNow, pageOf } from './ways-out.ts';

/** What nobody can decode is seen by nobody, and holds up nothing: neither live nor when history is read. */

let exchange: TestExchange;
let lanes: Lanes;
/** Nothing else here publishes as this agency. */
const agency = 'bz-atips';

beforeAll(async () => {
  exchange = await startTestExchange();
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

const headersOf = (id: string, without?: string): Header[] =>
  Object.entries({
    ce_specversion: '1.0',
    'content-type': 'application/avro',
    ce_id: id,
    ce_source: agency,
    ce_type: 'alert',
    ce_time: '2026-01-01T00:00:00Z',
    ce_participant: agencyOf(agency)?.participant ?? '',
    ce_tlp: 'CLEAR',
    digest: 'digest',
  }).filter(([name]) => name !== without);

/** In the Confluent format, of a schema that the registry does not have. */
const ofUnknownSchema = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3]);

const poisons: readonly (readonly [string, Buffer, string?])[] = [
  ['an empty value', Buffer.alloc(0)],
  ['another magic byte', Buffer.from([1, 0, 0, 0, 1, 2])],
  ['an unknown schema', ofUnknownSchema],
  ['a body that ends too early', Buffer.from([0, 0, 0, 0, 1])],
  ['attributes that are missing', Buffer.from([0, 0, 0, 0, 1, 2]), 'ce_tlp'],
];

async function writePoison(): Promise<void> {
  const partition = participantOf(agencyOf(agency)?.participant ?? '')?.lane ?? -1;
  const lane = { topic: 'puebla.alert', partition };
  const records = poisons.map(([, value, without]) => {
    const id = randomUUID();
    const content = encodeRecord(`${agency}/${id}`, value, headersOf(id, without));
    return { ...lane, content };
  });
  // Among them what has no value, which is none.
  const others = [...tombstonesFor(lane, `${agency}/${randomUUID()}`), markerFor(lane)];
  expect(await lanes.send([...others, ...records])).toHaveLength(others.length + poisons.length);
}

test('poison between two events: both are seen, live and in history, it is counted, and the lane goes on', async () => {
  const counted = 'puebla_poison_total{service="feeds",topic="puebla.alert"}';
  const before = (await metricOf(exchange, counted)) || 0;
  const cursor = await cursorNow(exchange);
  const stream = await openStream(exchange.url, { query: '?publisher=BZ', lastEventId: cursor });
  const [first, second] = [randomUUID(), randomUUID()];
  await lanes.write([{ id: first, agency }]);
  await writePoison();
  await lanes.write([{ id: second, agency }]);
  await stream.until(has(second));
  expect(addressesOf(stream)).toEqual([`${agency}/${first}`, `${agency}/${second}`]);
  stream.close();
  const page = await pageOf(exchange, { query: '?publisher=BZ', cursor, limit: 100 });
  expect(page.items.map(addressOfItem)).toEqual([`${agency}/${first}`, `${agency}/${second}`]);
  expect(page.gap).toBeUndefined();
  expect((await metricOf(exchange, counted)) - before).toBeGreaterThanOrEqual(poisons.length);
});
