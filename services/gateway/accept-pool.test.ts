import { createEncoder, createLog, currentDirectory, ProblemError } from '@puebla/kit';
import { catalogue, demonstrationRegister } from '@puebla/schemas';
import { afterEach, expect, test } from 'vitest';
import type { Accepted } from './accept.ts';
import { acceptJob, type Job } from './accept-job.ts';
import { type AcceptPool, createAcceptPool } from './accept-pool.ts';

const ids = Object.fromEntries(catalogue.map(({ name }, index) => [name, index + 1]));
const codec = { ...createEncoder(ids), ids: () => ids };
const directory = currentDirectory(demonstrationRegister);
const log = createLog({ level: 'silent' });
const example = catalogue.find(({ name }) => name === 'alert')?.example as Record<string, unknown>;

let pool: AcceptPool;
afterEach(() => pool.close());

const job: Job = {
  agency: 'mx-fgr',
  now: Date.UTC(2026, 3, 1),
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'a=b',
  fallbackId: undefined,
};
const bodyOf = (id: string, more: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ ...example, id, ...more }));

const accept = (body: Buffer): Promise<Accepted | Error> =>
  new Promise((resolve) => pool.accept(job, body, resolve));

/** What the same job gives without a pool. */
function here(body: Buffer): Accepted | Error {
  try {
    return acceptJob(job, body, codec, directory.current());
  } catch (error) {
    return error as Error;
  }
}

function described(outcome: Accepted | Error): unknown {
  if (outcome instanceof ProblemError) return { code: outcome.code, details: outcome.details };
  if (outcome instanceof Error) return { message: outcome.message };
  const { kind, event, ...others } = outcome;
  const { topic, partition, content } = event.record;
  return {
    ...others,
    kind: kind.name,
    identity: event.identity,
    digest: event.digest,
    topic,
    partition,
    content,
  };
}

test('many at a time, sound and broken, get in a thread what they get here, each its own', async () => {
  pool = createAcceptPool({ codec, directory, log, threads: 2 });
  const bodies = Array.from({ length: 60 }, (_, n) => {
    if (n % 7 === 3) return Buffer.from(`{"id": ${n}`);
    if (n % 7 === 5) return bodyOf(`e-${n}`, { tlp: 'PINK', data: {} });
    if (n % 7 === 4)
      return bodyOf(`e-${n}`, { subject: 'La víctima Ana Luz Ejemplo', confirmed: 'EXERCISE' });
    if (n % 7 === 2) return bodyOf(`e-${n}`, { tlp: 'RED', audience: 'gt-mp', danger: 'LIFE' });
    if (n % 7 === 6) return bodyOf(`e-${n}`, { source: 'gt-pgn' });
    return bodyOf(`e-${n}`, { subject: 'ñandú'.repeat(n) });
  });
  const expected = bodies.map((body) => described(here(body)));
  expect(JSON.stringify(expected)).toMatch(
    /"reviewer":"mx-fgr".*bad-json.*"confirmed":.*invalid.*not-permitted/,
  );
  // The first rounds are accepted here, until the threads have loaded what they need.
  const until = Date.now() + 3_000;
  for (let round = 0; round < 5 || Date.now() < until; round += 1) {
    const outcomes = await Promise.all(bodies.map(accept));
    expect(outcomes.map(described)).toEqual(expected);
    if (round > 5) await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Until a thread has loaded what it needs all is accepted here, within a turn of the event loop; a thread takes longer. */
async function untilInThread(body: Buffer): Promise<boolean> {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    let told = false;
    const outcomes = Promise.all(Array.from({ length: 8 }, () => accept(body))).then(() => {
      told = true;
    });
    await nextTurn();
    await nextTurn();
    const inThread = !told;
    await outcomes;
    if (inThread) return true;
  }
  return false;
}

test('what is still in a thread when it ends is told unavailable, not lost without a word', async () => {
  pool = createAcceptPool({ codec, directory, log, threads: 1 });
  const big = bodyOf('big', { subject: 'x'.repeat(1_900) });
  expect(await untilInThread(big)).toBe(true);
  const outcomes = Array.from({ length: 400 }, () => accept(big));
  await nextTurn();
  await pool.close();
  const told = (await Promise.all(outcomes)).map((one) =>
    one instanceof ProblemError ? one.code : 'accepted',
  );
  expect(told).toHaveLength(400);
  expect(told).toContain('unavailable');
});

test('more than may wait is refused at once', async () => {
  pool = createAcceptPool({ codec, directory, log, threads: 1 });
  const body = Buffer.alloc(200 * 1024, ' ');
  const outcomes = await Promise.all(Array.from({ length: 400 }, () => accept(body)));
  const codes = outcomes.map((one) => (one instanceof ProblemError ? one.code : 'accepted'));
  expect(codes.filter((code) => code === 'overloaded').length).toBeGreaterThan(50);
  expect(codes.filter((code) => code === 'bad-json').length).toBeGreaterThan(300);
});
