import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Codec, type CurrentDirectory, type Log, ProblemError } from '@puebla/kit';
import { kindOf } from '@puebla/schemas';
import { type Accepted, ThreadNeeded } from './accept.ts';
import { acceptJob, type Job } from './accept-job.ts';
import { joined, type Outcome, type Piece, type PieceDone } from './accept-piece.ts';

export interface AcceptPool {
  /**
   * Tells once what became of it: accepted; a ProblemError (of `acceptJob`, overloaded, unavailable); ThreadNeeded; or another Error,
   * which is ours. It may tell before it returns.
   */
  accept(job: Job, body: Buffer, done: Done): void;
  close(): Promise<void>;
}

type Done = (outcome: Accepted | Error) => void;

interface Waiting {
  readonly job: Job;
  readonly body: Buffer;
  readonly done: Done;
}

interface Thread {
  readonly worker: Worker;
  /** It has loaded what it needs: before, a piece would wait for that. */
  ready: boolean;
  /** Pieces that it has, the oldest first. */
  readonly pieces: { readonly waiting: readonly Waiting[]; readonly timer: NodeJS.Timeout }[];
}

/** Fewer than this in one turn of the event loop are accepted here: the way to a thread and back takes longer. */
const worthwhile = 4;
/** So many go to a thread at once: it has something to do while this one still reads what else this turn brings. */
const pieceEvents = 24;
/** Bodies that wait for a thread; beyond it publishers are told 429 before memory grows. */
const maxWaitingBytes = 64 * 1024 * 1024;
/** A piece takes milliseconds; a thread that holds one for so long hangs. */
const pieceWithinMs = 1_500;
const maxThreads = 4;
/** After a thread has ended by itself no other is started for so long: one that cannot load must not be tried at every turn. */
const restMs = 1_000;

/**
 * Checks, stamps and encodes events in threads of their own once several come at a time, so that this one has its time for
 * requests and the log: more than half of what an event costs. Threads are started when they are first worth it.
 *
 * @param threads how many at most; by default one core is left to this thread
 */
export function createAcceptPool(options: {
  readonly codec: Pick<Codec, 'encode' | 'ids'>;
  readonly directory: CurrentDirectory;
  readonly log: Log;
  readonly threads?: number;
}): AcceptPool {
  const { codec, directory, log } = options;
  const limit = options.threads ?? Math.min(maxThreads, Math.max(1, availableParallelism() - 1));
  const threads: Thread[] = [];
  let gathered: Waiting[] = [];
  let waitingBytes = 0;
  let closed = false;
  let restsUntil = 0;

  const settle = ({ body, done }: Waiting, outcome: Accepted | Error): void => {
    waitingBytes -= body.length;
    try {
      done(outcome);
    } catch (error) {
      // One answer that cannot be given must not take the others with it.
      log.error({ err: error }, 'a publisher could not be answered');
    }
  };
  const acceptHere = (waiting: Waiting): void => {
    let outcome: Accepted | Error;
    try {
      outcome = acceptJob(waiting.job, waiting.body, codec, directory.current());
    } catch (error) {
      outcome = error instanceof Error ? error : new Error(String(error));
    }
    settle(waiting, outcome);
  };
  /** What it has was not sent to the log: whoever waits may simply try again. */
  const abandon = async (thread: Thread): Promise<void> => {
    const at = threads.indexOf(thread);
    if (at !== -1) threads.splice(at, 1);
    for (const { waiting, timer } of thread.pieces.splice(0)) {
      clearTimeout(timer);
      for (const one of waiting) settle(one, new ProblemError('unavailable', { retryAfterSeconds: 1 }));
    }
    await thread.worker.terminate();
  };
  const start = (): void => {
    const worker = new Worker(new URL('./accept-thread.ts', import.meta.url), {
      workerData: { schemaIds: codec.ids(), register: directory.register },
    });
    const thread: Thread = { worker, ready: false, pieces: [] };
    threads.push(thread);
    worker.unref();
    worker.on('message', (message: PieceDone | 'ready') => {
      if (message === 'ready') {
        thread.ready = true;
        return;
      }
      const { outcomes, bytes } = message;
      const piece = thread.pieces.shift();
      if (piece === undefined) return;
      clearTimeout(piece.timer);
      const contents = Buffer.from(bytes);
      let at = 0;
      piece.waiting.forEach((one, index) => {
        const outcome = outcomes[index];
        const end = at + (outcome !== undefined && 'length' in outcome ? outcome.length : 0);
        settle(one, acceptedOf(one.job, outcome, contents.subarray(at, end)));
        at = end;
      });
    });
    worker.once('error', (error) => log.error({ err: error }, 'a thread that accepts events has died'));
    worker.once('exit', () => {
      if (threads.includes(thread)) restsUntil = performance.now() + restMs;
      abandon(thread);
    });
  };
  /** The one with the least to do; another is started when all have something. */
  const pick = (): Thread | undefined => {
    const ready = threads.filter((thread) => thread.ready);
    const idlest = ready.sort((a, b) => a.pieces.length - b.pieces.length)[0];
    const busy = idlest === undefined || idlest.pieces.length > 0;
    if (busy && threads.length < limit && performance.now() >= restsUntil) start();
    return idlest;
  };
  const flush = (): void => {
    if (gathered.length === 0) return;
    const waiting = gathered;
    gathered = [];
    const thread = waiting.length < worthwhile || closed ? undefined : pick();
    if (thread === undefined) {
      for (const one of waiting) acceptHere(one);
      return;
    }
    const bytes = joined(waiting.map(({ body }) => body));
    const piece: Piece = {
      jobs: waiting.map(({ job }) => job),
      lengths: waiting.map(({ body }) => body.length),
      bytes,
    };
    const timer = setTimeout(() => {
      log.error({ events: waiting.length }, 'a thread that accepts events hangs');
      abandon(thread);
    }, pieceWithinMs);
    thread.pieces.push({ waiting, timer });
    thread.worker.postMessage(piece, [bytes]);
  };

  directory.onChange((register) => {
    for (const { worker } of threads) worker.postMessage(register);
  });

  return {
    accept(job, body, done) {
      if (waitingBytes + body.length > maxWaitingBytes) {
        done(new ProblemError('overloaded', { retryAfterSeconds: 1 }));
        return;
      }
      waitingBytes += body.length;
      if (gathered.push({ job, body, done }) === 1) setImmediate(flush);
      else if (gathered.length === pieceEvents && threads.some(({ ready }) => ready)) flush();
    },
    async close() {
      closed = true;
      await Promise.all([...threads].map(abandon));
    },
  };
}

/** What a thread has made of a job, as it would have come of it here. */
function acceptedOf(job: Job, outcome: Outcome | undefined, content: Buffer): Accepted | Error {
  if (outcome === undefined) return new Error('a thread gave no outcome');
  if ('fault' in outcome) return new Error(`in a thread: ${outcome.fault}`);
  if ('refersTo' in outcome) return new ThreadNeeded(outcome.kind, outcome.refersTo);
  if ('code' in outcome) return new ProblemError(outcome.code, outcome.details);
  const { id, digest, topic, partition, signer, reviewer, lapsed, confirmed, handling } = outcome;
  const kind = kindOf(outcome.kind);
  if (kind === undefined) return new Error('a thread gave a kind that is not in the catalogue');
  const record = { topic, partition, content };
  return {
    kind,
    id,
    thread: undefined,
    signer,
    reviewer,
    ...(lapsed && { lapsed }),
    ...(confirmed && { confirmed }),
    event: { identity: `${job.agency}/${id}`, digest, record },
    ...(handling && { handling }),
  };
}
