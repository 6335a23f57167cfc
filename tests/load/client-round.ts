/** `node client-round.ts NAME KAFKA`: one client writes and follows a fresh topic; prints what each record took as JSON. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKafka, ensureTopics } from '@puebla/kit';
import { contenderOf } from '../../services/kit/kafka/compared/contender.ts';
import type { PlainRecord } from '../../services/kit/kafka/compared/plain.ts';

const records = 60_000;
const warmUpRecords = 20_000;
/** As many as the gateway has in a batch when it is busy. */
const batchRecords = 500;
const lanes = 3;
const followBoundMs = 30_000;
const headerNames =
  'id source type specversion time datacontenttype thread tlp audience readers usecode digest traceparent lang';

const [name = '', broker = ''] = process.argv.slice(2);
const contender = contenderOf(name);
const topic = `bench-client.${randomUUID()}`;
await ensureTopics({ brokers: [broker], clientId: 'bench-clients' }, [
  { topic, partitions: lanes, config: {} },
]);
const kafka = connectKafka({ brokers: [broker], clientId: `bench-${name}` });

/** A record of some 600 bytes with 14 headers, as the gateway writes them. */
const headers = Object.fromEntries(
  headerNames.split(' ').map((header) => [`ce_${header}`, 'a value of 18 byte']),
);
const value = randomBytes(130);
const batches = Array.from({ length: (warmUpRecords + records) / batchRecords }, (_, batch) =>
  Array.from({ length: batchRecords }, (_, n): PlainRecord => {
    const number = batch * batchRecords + n;
    return { topic, partition: number % lanes, key: `mx-fgr/2026-${number}`, value, headers };
  }),
);

const produced = await produce();
const followed = await follow();
console.log(JSON.stringify({ produced, followed }));
process.exit(0);

interface Cost {
  /** Records a second. */
  readonly rate: number;
  /** Microseconds of this process's CPU a record, all threads. */
  readonly cpu: number;
}

function clock(): { read(count: number): Cost } {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  return {
    read(count) {
      const { user, system } = process.cpuUsage(cpu);
      return { rate: (count * 1_000) / (performance.now() - began), cpu: (user + system) / count };
    },
  };
}

async function produce(): Promise<Cost> {
  const producer = contender.createProducer(kafka, { sendTimeoutMs: 10_000 });
  await producer.prepare();
  const warm = warmUpRecords / batchRecords;
  let timer = clock();
  for (const [at, batch] of batches.entries()) {
    if (at === warm) timer = clock();
    const outcomes = await producer.sendPlain(batch);
    if (outcomes.some(({ state }) => state !== 'written'))
      throw new Error(`not written: ${producer.lastTrouble()}`);
  }
  const cost = timer.read(records);
  producer.close();
  await sleep(200);
  return cost;
}

/** Key, value and headers of every record are looked at. */
async function follow(): Promise<Cost> {
  let seen = 0;
  let bytes = 0;
  let timer = clock();
  const all = Promise.withResolvers<Cost>();
  const follower = contender.follow(kafka, {
    topics: [topic],
    from: {},
    role: 'bench',
    onRecords(arrived) {
      for (const { key, value, headers } of arrived) {
        bytes += (key?.length ?? 0) + (value?.length ?? 0) + Object.keys(headers).length;
      }
      const before = seen;
      seen += arrived.length;
      if (before < warmUpRecords && seen >= warmUpRecords) timer = clock();
      if (seen === warmUpRecords + records) all.resolve(timer.read(records));
    },
    onTrouble: (error) => console.error(`${name}: ${error}`),
  });
  const cost = await Promise.race([all.promise, sleep(followBoundMs)]);
  if (cost === undefined) throw new Error(`followed ${seen} records in ${followBoundMs} ms`);
  if (bytes === 0) throw new Error('nothing was read');
  await follower.close();
  return cost;
}
