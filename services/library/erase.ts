import { setTimeout as sleep } from 'node:timers/promises';
import { eraseTimes, type Kafka, type Log } from '@puebla/kit';
import type { ThreadStates } from '@puebla/schemas';
import type pLimit from 'p-limit';
import type pg from 'pg';
import { endSegments, eraseCopies, type OwedMarker } from './erase-log.ts';
import { connectEraser, disconnect } from './pool.ts';
import { dropWriteAheadLog, rewriteEvents } from './rewrite.ts';
import type { Tombstones } from './tombstones.ts';

/**
 * What is left to do once a tombstone was applied: its body still lies in the files of the database, may stand in a dead letter or a draft, and
 * stays in the log until its segment ends. All of it is noted in the database with the tombstone (write.ts), so that it outlives any crash.
 */
export interface Erasing {
  /** The view is whole, or a tombstone was applied. */
  wake(): void;
  close(): Promise<void>;
}

export interface ErasingOptions {
  readonly kafka: Kafka;
  readonly databaseUrl: string;
  readonly threads: ThreadStates;
  readonly tombstones: Tombstones;
  readonly eraseWithinSeconds: number;
  readonly log: Log;
  /** In which events are written too. */
  readonly inTurn: pLimit.Limit;
}

/** Recalls that come together are one rewriting of the table. */
const maxGatherMs = 5_000;
/** Of the whole time a part. */
const gatherShare = 1 / 8;
const firstRetryMs = 1_000;
const maxRetryMs = 60_000;
/** With nothing to do it looks again all the same. */
const idleMs = 3_600_000;

export function startErasing(options: ErasingOptions): Erasing {
  const { log, eraseWithinSeconds } = options;
  const gatherMs = Math.min(maxGatherMs, eraseWithinSeconds * 1_000 * gatherShare);
  const stop = new AbortController();
  let woken = Promise.withResolvers<void>();
  let isTold = false;
  const tellOnce = (): void => {
    if (!isTold)
      log.warn(
        'the role of the exchange may not ask PostgreSQL for a checkpoint: what was recalled stays in its write-ahead log until the next one',
      );
    isTold = true;
  };

  const run = async (): Promise<void> => {
    await woken.promise;
    let retryMs = firstRetryMs;
    let waitMs = 0;
    while (!stop.signal.aborted) {
      await within(waitMs, woken.promise);
      await sleep(gatherMs, undefined, { signal: stop.signal, ref: false }).catch(() => {});
      if (stop.signal.aborted) return;
      woken = Promise.withResolvers<void>();
      try {
        const next = await eraseOnce(options, stop.signal, tellOnce);
        waitMs = next === undefined ? idleMs : Math.max(0, next - Date.now());
        retryMs = firstRetryMs;
      } catch (error) {
        if (stop.signal.aborted) return;
        log.warn({ err: error }, 'what was recalled cannot be erased now: trying again');
        waitMs = retryMs;
        retryMs = Math.min(2 * retryMs, maxRetryMs);
      }
    }
  };
  const done = run();
  return {
    wake: () => woken.resolve(),
    async close() {
      stop.abort();
      woken.resolve();
      await done;
    },
  };
}

/** Waits for it, but no longer. */
async function within(ms: number, happens: Promise<void>): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(late.resolve, ms).unref();
  await Promise.race([happens, late.promise]);
  clearTimeout(timer);
}

/** Gives when to look again, epoch ms; undefined when nothing is left. */
async function eraseOnce(
  options: ErasingOptions,
  stop: AbortSignal,
  onNoCheckpoint: () => void,
): Promise<number | undefined> {
  const { kafka, databaseUrl, threads, tombstones, eraseWithinSeconds, log, inTurn } = options;
  const client = await connectEraser(databaseUrl);
  const onStop = (): void => void disconnect(client);
  stop.addEventListener('abort', onStop);
  try {
    const { rows: erased } = await client.query<ErasureRow>('select * from library.erasures');
    if (erased.length > 0) {
      await owe(client, await eraseCopies(kafka, threads, tombstones, erased));
      const begun = performance.now();
      await rewriteEvents(client, inTurn);
      if (!(await dropWriteAheadLog(client))) onNoCheckpoint();
      await client.query(forgetErasures, [JSON.stringify(erased)]);
      const seconds = (performance.now() - begun) / 1_000;
      log.info({ events: erased.length, seconds }, 'what was recalled has left the files of the database');
    }
    const { rows } = await client.query<MarkerRow>('select * from library.markers');
    const owed = rows.map(({ since, ...lane }) => ({ ...lane, since: Number(since) }));
    const { done, next } = await endSegments(
      kafka,
      tombstones,
      owed,
      eraseTimes(eraseWithinSeconds).segmentMs,
    );
    await client.query(forgetMarkers, [JSON.stringify(done)]);
    return next;
  } finally {
    stop.removeEventListener('abort', onStop);
    await disconnect(client);
  }
}

interface ErasureRow {
  readonly topic: string;
  readonly partition: number;
  readonly erases: string;
  /** PostgreSQL's bigint comes as text. */
  readonly offset: string;
}

interface MarkerRow {
  readonly topic: string;
  readonly partition: number;
  readonly since: string;
}

/** Those that were seen: a later tombstone of the same event is another one. */
const forgetErasures = `
delete from library.erasures as known
using json_to_recordset($1) as seen (topic text, partition integer, erases text, "offset" bigint)
where (known.topic, known.partition, known.erases, known."offset") = (seen.topic, seen.partition, seen.erases, seen."offset")`;

const forgetMarkers = `
delete from library.markers as known
using json_to_recordset($1) as seen (topic text, partition integer, since bigint)
where (known.topic, known.partition, known.since) = (seen.topic, seen.partition, seen.since)`;

const addMarkers = `
insert into library.markers as known (topic, partition, since)
select topic, partition, since from json_to_recordset($1) as owed (topic text, partition integer, since bigint)
on conflict (topic, partition) do update set since = greatest(known.since, excluded.since)`;

async function owe(client: pg.Client, markers: readonly OwedMarker[]): Promise<void> {
  await client.query(addMarkers, [JSON.stringify(markers)]);
}
