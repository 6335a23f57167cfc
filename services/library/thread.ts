import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Log, Metrics } from '@puebla/kit';
import type { Applier, ApplyOptions } from './apply.ts';
import type { ApplyStatus } from './apply-status.ts';

/** What the thread needs to reach the servers by itself. */
export interface ThreadPlace {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly idsFile: string;
  readonly databaseUrl: string;
  readonly eraseWithinSeconds: number;
  readonly logLevel: string;
}

/** What the thread tells, several times a second. */
export interface ThreadReport {
  readonly status: ApplyStatus;
  /** Records applied since the last report, by kind. */
  readonly applied: Readonly<Record<string, number>>;
  readonly batches: readonly { readonly seconds: number; readonly records: number }[];
  readonly poison: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly offset: number;
    readonly reason: string;
  }[];
}

const unknown: ApplyStatus = { phase: 'connecting', trouble: undefined, positions: {}, ends: {} };
const restartAfterMs = 1_000;
const closeWithinMs = 3_000;

/**
 * Runs the applier in a thread of its own, so that the work of a view never delays a publisher who is served by this
 * one. A thread that dies is started again; what it had not applied is applied then.
 */
export function startApplierThread(
  place: ThreadPlace,
  options: { metrics: Metrics; log: Log; onPoison: ApplyOptions['onPoison'] },
): Applier {
  const { metrics, log, onPoison } = options;
  let status: ApplyStatus = unknown;
  let heard = false;
  let closing = false;
  let worker: Worker | undefined;

  const take = (report: ThreadReport): void => {
    heard = true;
    status = report.status;
    for (const [kind, count] of Object.entries(report.applied)) metrics.applied.inc({ kind }, count);
    for (const { seconds, records } of report.batches) {
      metrics.applySeconds.observe(seconds);
      metrics.applyBatch.observe(records);
    }
    for (const { reason, ...record } of report.poison) onPoison(record, reason);
  };
  const start = (): void => {
    const started = new Worker(new URL('./applier-thread.ts', import.meta.url), { workerData: place });
    worker = started;
    heard = false;
    started.on('message', take);
    started.on('error', (error) => {
      log.error({ err: error }, 'the thread of the library has died');
      status = { ...unknown, trouble: 'its thread has died' };
    });
    started.once('exit', () => {
      if (!closing) setTimeout(() => closing || start(), restartAfterMs);
    });
  };
  start();

  return {
    status: () => status,
    async close() {
      closing = true;
      const ending = worker;
      if (ending === undefined) return;
      const exited = new Promise((resolve) => ending.once('exit', resolve));
      ending.postMessage('close');
      // One that is still being loaded has nothing to end, and would be waited for in vain.
      if (heard) await Promise.race([exited, sleep(closeWithinMs, undefined, { ref: false })]);
      await ending.terminate();
    },
  };
}
