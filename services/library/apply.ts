import { setTimeout as sleep } from 'node:timers/promises';
import {
  auditTopic,
  type Codec,
  copyOffsets,
  type FollowedThreads,
  follow,
  type Kafka,
  type Log,
  type LogRecord,
  reached,
  setOffset,
} from '@puebla/kit';
import pLimit from 'p-limit';
import pRetry from 'p-retry';
import type pg from 'pg';
import { followAudit } from './apply-audit.ts';
import { type ApplyStatus, type Session, statusOf } from './apply-status.ts';
import type { Batch } from './batch.ts';
import { createDeadLetters } from './dead-letters.ts';
import { startErasing } from './erase.ts';
import { connectApplier, disconnect } from './pool.ts';
import { openApplyQueue } from './queue.ts';
import { type Poison, toRow } from './row.ts';
import { eraseRecalled, eraseUnreadable, tellThreads } from './taken-back.ts';
import { createTombstones } from './tombstones.ts';
import { type EmptyReason, emptyView, markWhole, mustEmpty, viewState } from './view.ts';
import { writeAround } from './write.ts';

/** What the applier measures. */
export interface ApplyMetrics {
  readonly applied: { inc(labels: { kind: string }): void };
  readonly applySeconds: { observe(seconds: number): void };
  readonly applyBatch: { observe(records: number): void };
}

export interface ApplyOptions {
  readonly kafka: Kafka;
  readonly codec: Codec;
  readonly databaseUrl: string;
  /** Those of the events; the audit's is followed beside them. */
  readonly topics: readonly string[];
  readonly threads: FollowedThreads;
  readonly eraseWithinSeconds: number;
  readonly log: Log;
  readonly metrics: ApplyMetrics;
  /** Told of a record that cannot be decoded or applied, with the reason, once its dead letter is kept; the lane goes on after it. */
  readonly onPoison: (record: Pick<LogRecord, 'topic' | 'partition' | 'offset'>, reason: string) => void;
}

/** A view may be this much behind: a read that misses waits for it, and a busy log is applied in larger pieces. */
const pauseMs = 25;

export interface Applier {
  status(): ApplyStatus;
  /** Stops within some two seconds, also when a server does not answer. */
  close(): Promise<void>;
}

/** Whoever holds this advisory lock applies; it ends with its connection. The number is of no meaning. */
const lockId = 7_218_440_309;
const lockRetryMs = 1_000;
/** Waits between two tries: a database that is back is used within a second. */
const backoff = { retries: Number.POSITIVE_INFINITY, minTimeout: 100, factor: 2, maxTimeout: 1_000 } as const;

/** A batch that is being written when the library stops has this long to end. */
const stopGraceMs = 1_000;

/** What has a letter is not applied at its place: it comes back as a copy, or never. */
const buried: Poison = { poison: 'buried' };

/** On this channel whoever applies is asked to empty the view. */
export const rebuildChannel = 'library_rebuild';

/** Applies every lane of the topics until closed; whatever fails, it begins again from the stored positions. */
export function startApplier(options: ApplyOptions): Applier {
  const { log } = options;
  const stop = new AbortController();
  const session: Session = {
    phase: 'connecting',
    trouble: undefined,
    logTrouble: undefined,
    progressed: false,
    followers: [],
  };

  const attempt = async (): Promise<void> => {
    session.progressed = false;
    try {
      await applyUntilFailure(options, session, stop.signal);
    } catch (cause) {
      if (stop.signal.aborted) return;
      const trouble = cause instanceof Error ? cause.message : String(cause);
      if (session.trouble !== trouble) log.warn({ err: cause }, 'the library cannot apply now: trying again');
      session.phase = 'connecting';
      session.trouble = trouble;
      // Not the cause itself: some types of error end the retries of p-retry.
      if (!session.progressed) throw new Error(trouble, { cause });
    }
  };
  /** Tries that brought something begin a new series of waits. */
  const run = async (): Promise<void> => {
    while (!stop.signal.aborted) await pRetry(attempt, { ...backoff, signal: stop.signal }).catch(() => {});
  };
  const done = run();

  return {
    status: () => statusOf(session),
    async close() {
      stop.abort();
      await done;
    },
  };
}

/** One connection, one lock, one writer. Returns when told to stop; throws at the first failure of anything. */
async function applyUntilFailure(options: ApplyOptions, session: Session, stop: AbortSignal): Promise<void> {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const client = await connectApplier(options.databaseUrl, broken.reject);
  try {
    if (!(await holdLock(client, session, stop))) return;
    await client.query(`listen ${rebuildChannel}`);
    const topics = [...options.topics, auditTopic];
    const cluster = (await options.kafka.layout(topics, true)).clusterId;
    let reason = await mustEmpty(client, cluster);
    while (!stop.aborted) {
      if (reason !== undefined) {
        options.log.info({ reason }, 'the library is emptied and filled from the log');
        await emptyView(client, options.kafka, { topics, cluster, reason });
      }
      reason = await followLog(client, options, session, stop, broken.promise);
    }
  } finally {
    session.followers = [];
    await disconnect(client);
  }
}

/** Waits for the lock as long as another instance has it. False when told to stop. */
async function holdLock(client: pg.Client, session: Session, stop: AbortSignal): Promise<boolean> {
  while (!stop.aborted) {
    const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1) as held', [
      lockId,
    ]);
    if (rows[0]?.held === true) return true;
    session.phase = 'waiting';
    session.trouble = undefined;
    await sleep(lockRetryMs, undefined, { signal: stop }).catch(() => {});
  }
  return false;
}

/** Follows the log from the stored positions until told to stop, or told why the view must be emptied. */
async function followLog(
  client: pg.Client,
  options: ApplyOptions,
  session: Session,
  stop: AbortSignal,
  broken: Promise<never>,
): Promise<EmptyReason | undefined> {
  const { kafka, codec, topics, threads, log, metrics, onPoison } = options;
  const inTurn = pLimit(1);
  const tombstones = createTombstones(kafka);
  const erasing = startErasing({ ...options, tombstones, inTurn });
  const letters = createDeadLetters(kafka, log);
  await letters.load();
  const bury = async (record: LogRecord, reason: string): Promise<void> => {
    if (letters.has(record) || (await eraseUnreadable(threads, tombstones, record))) return;
    await letters.keep(record, reason);
    onPoison(record, reason);
  };
  const state = await viewState(client);
  const applied = copyOffsets(state.applied);
  let whole = state.whole;
  const ended = Promise.withResolvers<EmptyReason | undefined>();

  const queue = openApplyQueue({
    from: state.applied,
    toRow: (record) => (letters.has(record) ? buried : toRow(codec, record)),
    onPoison: bury,
    async write(batch) {
      const begun = performance.now();
      await tellThreads(threads, batch);
      await eraseRecalled(client, threads, tombstones, batch);
      await inTurn(() =>
        writeAround(client, batch, (row, cause) => {
          log.error({ err: cause, topic: row.topic, offset: row.offset }, 'the database refuses an event');
          return bury(row.record, 'database');
        }),
      );
      metrics.applySeconds.observe((performance.now() - begun) / 1000);
      metrics.applyBatch.observe(batch.rows.length);
      for (const row of batch.rows) metrics.applied.inc({ kind: row.head.kind });
      await onWritten(batch.moved);
      if (whole && batch.erased.length > 0) erasing.wake();
    },
  });
  const onWritten = async (moved: Batch['moved']): Promise<void> => {
    session.progressed = true;
    for (const lane of moved) setOffset(applied, lane, lane.next);
    if (!whole && reached(applied, state.target)) await settle();
  };
  const settle = async (): Promise<void> => {
    await markWhole(client);
    whole = true;
    session.phase = 'following';
    erasing.wake();
    log.info('the library is whole');
  };
  session.phase = whole ? 'following' : 'filling';
  session.trouble = undefined;
  if (whole) erasing.wake();
  else if (reached(applied, state.target)) await settle();

  const onTrouble = (error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    if (session.logTrouble?.text !== text)
      log.warn({ err: error }, 'the log cannot be read now: trying again');
    session.logTrouble = { text, at: Date.now() };
  };
  const follower = follow(kafka, {
    topics,
    from: state.applied,
    role: 'library',
    pauseMs,
    onRecords: queue.take,
    onGap(gap) {
      log.warn(gap, 'the log does not have what the library would read next');
      if (gap.to < gap.from) ended.resolve('log was cut');
      else queue.skip(gap, gap.to);
    },
    onTrouble,
  });
  const audit = followAudit({
    kafka,
    client,
    from: state.applied,
    onWritten,
    onPoison: (record) => onPoison(record, 'no-entry'),
    onCut: () => ended.resolve('log was cut'),
    onTrouble,
  });
  session.followers = [follower, audit];
  const onStop = (): void => ended.resolve(undefined);
  const onNotification = (): void => {
    // Who asks while the view is being filled joins that.
    if (whole) ended.resolve('asked for');
  };
  stop.addEventListener('abort', onStop);
  client.on('notification', onNotification);
  if (stop.aborted) onStop();
  try {
    const stopped = session.followers.map(({ done }) => done.then(() => ended.promise));
    return await Promise.race([ended.promise, queue.failed, broken, ...stopped]);
  } finally {
    stop.removeEventListener('abort', onStop);
    client.off('notification', onNotification);
    // What is being written may end; what hangs is cut off with its connection.
    const settled = Promise.all([queue.close(), follower.close(), audit.close(), erasing.close()]);
    const isSettled = await Promise.race([
      settled.then(() => true),
      sleep(stopGraceMs, false, { ref: false }),
    ]);
    // Written late, it would go into a view that is emptied meanwhile, and its positions with it.
    if (!isSettled && !stop.aborted) await disconnect(client);
    letters.close();
    tombstones.close();
  }
}
