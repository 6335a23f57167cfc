import { randomUUID } from 'node:crypto';
import {
  type Codec,
  connectKafka,
  createLog,
  type FollowedThreads,
  followThreads,
  type Kafka,
} from '@puebla/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventRecord, openStage, type RunningLibrary, type Stage } from './stage.ts';

let stage: Stage;
let library: RunningLibrary;
let kafka: Kafka;
/** As a gateway in another process has them. */
let gateways: FollowedThreads;

beforeAll(async () => {
  stage = await openStage(process.env);
  library = await stage.library();
  await stage.whole();
  kafka = connectKafka({ ...stage.kafka.options, clientId: 'another-process' });
  gateways = await followThreads({ kafka, log: createLog({ level: 'silent' }) });
});
afterAll(async () => {
  await gateways?.close();
  kafka?.close();
  await stage?.close();
});

const rounds = 60;
/** No other test publishes as this one. */
const agency = 'do-dgm';
const path = (id: string): string => `/v1/events/${agency}/${id}`;

async function publish(words = ''): Promise<string> {
  const id = randomUUID();
  await stage.send([eventRecord(stage.codec, { id, agency, words })]);
  expect((await library.ask(path(id))).status).toBe(200);
  return id;
}

async function takeBack(id: string): Promise<void> {
  const about = { agency, tlp: 'CLEAR', kind: 'alert', of: path(id) } as const;
  const recall = `${agency}/${randomUUID()}`;
  const recalled = { ...about, recall, reason: 'INCORRECT', at: Date.now() } as const;
  await gateways.write([{ name: `${agency}/${id}`, offset: Number.MAX_SAFE_INTEGER, state: { recalled } }]);
}

test('what a gateway in another process has taken back is not shown by its address from then on', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const id = await publish();
    await takeBack(id);
    // 503 while the view is behind, as for what is not there.
    expect([404, 503]).toContain((await library.askOnce(path(id))).status);
  }
});

test('and not counted', async () => {
  const before = await counted();
  for (let round = 0; round < rounds; round += 1) {
    const id = await publish();
    expect(await counted()).toBe(before + 1);
    await takeBack(id);
    expect(await counted()).toBe(before);
  }
});

test.each([
  ['events', 1, 404],
  ['threads', 1, 404],
  ['threads', 2, 503],
])('nor by /v1/%s when it was taken back while it was made ready (%i)', async (way, nr, status) => {
  await library.close();
  const words = 'made ready';
  let isAsked = false;
  let times = 0;
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  /** As with a registry that takes its time to tell a schema. */
  const codec: Codec = {
    ...stage.codec,
    decode(kind, value) {
      if (isAsked && value?.includes(words)) times += 1;
      if (times !== nr) return stage.codec.decode(kind, value);
      begun.resolve();
      return release.promise.then(() => stage.codec.decode(kind, value));
    },
  };
  library = await stage.library({ codec });
  const id = await publish(words);
  isAsked = true;
  const asked = library.askOnce(`/v1/${way}/${agency}/${id}`);
  await begun.promise;
  await takeBack(id);
  await stage.threads.caughtUp();
  release.resolve();
  const answer = await asked;
  expect([answer.status, await answer.json()]).toEqual([status, expect.not.objectContaining({ id })]);
});

async function counted(): Promise<number> {
  const answer = await library.ask(`/v1/statistics?publisher=${agency}`);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { readonly total: number }).total;
}
