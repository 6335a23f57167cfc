import { randomUUID } from 'node:crypto';
import type { ThreadChange } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { exchangeTopics } from './exchange-topics.ts';
import {
  connectKafka,
  createLog,
  ends,
  ensureTopics,
  type FollowedThreads,
  followThreads,
  type Kafka,
  offsetOf,
  threadsTopic,
  usualEraseWithinSeconds,
} from './index.ts';

/** What is made known of a thread is known to whoever starts later. */

const log = createLog({ level: 'silent' });
let kafka: Kafka;
let threads: FollowedThreads;

const open = (): Promise<FollowedThreads> => followThreads({ kafka, log });
const recall = (name: string, offset: number, reason: 'INCORRECT' | 'OTHER' = 'INCORRECT'): ThreadChange => {
  const handled = { agency: 'mx-fgr', tlp: 'GREEN', kind: 'alert' } as const;
  const of = `/v1/events/${name}`;
  const recalled = { ...handled, of, recall: 'mx-fgr/r', reason, at: Date.UTC(2026, 5, 1) };
  return { name, offset, state: { recalled } };
};
const nameOfNew = (): string => `mx-fgr/${randomUUID()}`;
const known = async (name: string) => {
  const later = await open();
  try {
    return later.of(name)?.recalled;
  } finally {
    await later.close();
  }
};
const lengthOfTopic = async (): Promise<number> =>
  offsetOf(await ends(kafka, [threadsTopic]), { topic: threadsTopic, partition: 0 });

beforeAll(async () => {
  const options = { brokers: [testStack().kafka], clientId: 'threads-test' };
  await ensureTopics(options, exchangeTopics(usualEraseWithinSeconds));
  kafka = connectKafka(options);
  threads = await open();
});
afterAll(async () => {
  await threads.close();
  kafka.close();
});

test('also where it was read in its lane before it was written', async () => {
  const name = nameOfNew();
  const change = recall(name, 5);
  // The feeds of the same process see the lane before the gateway has its answer.
  threads.take(change);
  expect(await known(name)).toBeUndefined();
  await threads.write([change]);
  expect(await known(name)).toMatchObject({ of: `/v1/events/${name}` });
});

test('and is written once, by whoever comes first; an older recall does not come after a newer one', async () => {
  const name = nameOfNew();
  const other = await open();
  const before = await lengthOfTopic();
  await threads.write([recall(name, 9, 'OTHER')]);
  await other.caughtUp();
  await Promise.all([
    other.write([recall(name, 9, 'OTHER')]),
    other.write([recall(name, 5)]),
    threads.write([recall(name, 5)]),
  ]);
  await other.close();
  expect(await known(name)).toMatchObject({ reason: 'OTHER' });
  expect(await lengthOfTopic()).toBe(before + 1);
});
