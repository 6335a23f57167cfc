import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  connectKafka,
  createCursorCodec,
  createLog,
  createMetrics,
  createVerifier,
  currentDirectory,
  ProblemError,
} from '@puebla/kit';
import { demonstrationRegister, noThreadStates } from '@puebla/schemas';
import { expect, test } from 'vitest';
import type { CatchUp } from './catch-up.ts';
import { createDeliveries } from './deliveries.ts';
import { createRing } from './ring.ts';
import { eventAt } from './stage.ts';
import { createStream, type StreamContext } from './stream.ts';
import { createSubscribers } from './subscribers.ts';

const lane = { topic: 'puebla.alert', partition: 0 };
const ends = { [lane.topic]: [1] };

/** All that a stream stands on, with a history of its own. */
function contextWith(catchUp: CatchUp): StreamContext {
  const directory = currentDirectory(demonstrationRegister);
  const cursors = createCursorCodec(randomBytes(32));
  const metrics = createMetrics();
  const deliveries = createDeliveries({ note: () => true });
  const threads = noThreadStates;
  return {
    feed: {
      clusterId: 'here',
      topics: [lane.topic],
      ring: createRing(0, ends),
      reading: { read: () => undefined },
      position: () => ends,
      caughtUp: async () => ends,
      starts: async () => ({}),
      lastAnswer: Date.now,
      close: async () => {},
    },
    kafka: connectKafka({ brokers: [], clientId: 'stream-test' }),
    cursors,
    directory,
    threads,
    catchUp,
    subscribers: createSubscribers({ clusterId: 'here', cursors, directory, threads, deliveries, metrics }),
    deliveries,
    verifier: createVerifier({ issuer: 'issuer', audience: 'audience', jwks: { keys: [] }, directory }),
    log: createLog({ level: 'silent' }),
    metrics,
    beatMs: 60_000,
    stalledAfterMs: 60_000,
    open: new Map(),
  };
}

test('what goes wrong once a stream was ended says nothing more, while its reader still takes what waits', async () => {
  const written = Promise.withResolvers<void>();
  const failing = Promise.withResolvers<void>();
  const context = contextWith({
    async run(position, sink) {
      // More than a connection holds.
      sink.event(eventAt({ ...lane, offset: 0 }, { padding: 32 * 1024 * 1024 }), position);
      written.resolve();
      await failing.promise;
    },
  });
  const errors: Error[] = [];
  const serve = createStream(context);
  const server = createServer((req, res) => {
    res.on('error', (error) => errors.push(error));
    serve(req, res);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = get({ port, host: '127.0.0.1', path: '/?since=earliest', agent: false });
  asked.on('error', () => {});
  await written.promise;
  const [opened] = [...context.open];
  opened?.[1].end('shutdown');
  failing.reject(new ProblemError('unavailable'));
  await sleep(0);
  expect(opened?.[0].writableLength).toBeGreaterThan(0);
  expect(errors).toEqual([]);
  server.close();
  server.closeAllConnections();
});
