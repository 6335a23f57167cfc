import { readlinkSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { connectKafka, createCodec, createLog, followThreads } from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import { startApplier } from './apply.ts';
import type { ThreadPlace, ThreadReport } from './thread.ts';

/** The applier in a thread of its own; `thread.ts` starts it and hears from it. */

const reportEveryMs = 50;
const niceness = 10;

if (parentPort === null) throw new Error('this file is run as a worker thread');
const port = parentPort;
const { brokers, registryUrl, idsFile, databaseUrl, eraseWithinSeconds, logLevel } =
  workerData as ThreadPlace;
const log = createLog({ level: logLevel, service: 'library' });
yieldToOthers();
const kafka = connectKafka({ brokers, clientId: 'puebla-library' });
const codec = await createCodec({ registryUrl, idsFile, log });
const threads = await followThreads({ kafka, log });

let applied: Record<string, number> = {};
let batches: { seconds: number; records: number }[] = [];
let poison: ThreadReport['poison'] = [];
let lastSeconds = 0;
const applier = startApplier({
  kafka,
  codec,
  databaseUrl,
  topics: catalogue.map(({ topic }) => topic),
  threads,
  eraseWithinSeconds,
  log,
  metrics: {
    applied: {
      inc({ kind }) {
        applied[kind] = (applied[kind] ?? 0) + 1;
      },
    },
    applySeconds: {
      observe(seconds) {
        lastSeconds = seconds;
      },
    },
    applyBatch: {
      observe(records) {
        batches.push({ seconds: lastSeconds, records });
      },
    },
  },
  onPoison: ({ topic, partition, offset }, reason) => {
    poison = [...poison, { topic, partition, offset, reason }];
  },
});

const report = (): void => {
  const message: ThreadReport = { status: applier.status(), applied, batches, poison };
  applied = {};
  batches = [];
  poison = [];
  port.postMessage(message);
};
/**
 * Where cores are short, accepting events and handing them on come before the view, which catches up. Linux schedules each
 * thread by its own niceness; elsewhere the thread stays as it is.
 */
function yieldToOthers(): void {
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1));
    setPriority(thread, niceness);
  } catch (error) {
    log.debug({ err: error }, 'the thread keeps its priority');
  }
}

const reporting = setInterval(report, reportEveryMs);
port.once('message', async () => {
  clearInterval(reporting);
  await applier.close();
  await threads.close();
  kafka.close();
  report();
  port.close();
});
