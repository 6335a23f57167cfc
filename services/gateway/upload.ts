import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { languageOf, noteRefusal, ProblemError, problemDocument, sentAlways, traceOf } from '@puebla/kit';
import { type Accepted, maxEventBytes, type Thread } from './accept.ts';
import { acceptJob } from './accept-job.ts';
import { createRefusals, recordConfirmed, tellPublished } from './audited.ts';
import { type Author, type Gateway, publisherOf } from './context.ts';
import type { Kept } from './identities.ts';
import { acceptWhereItBelongs, answerFor, hasSequel } from './in-thread.ts';
import { requireInTime } from './in-time.ts';
import { createLineCutter } from './lines.ts';
import type { Done } from './pending.ts';
import type { Answer } from './receipt.ts';
import type { FallbackIds } from './request.ts';
import { requireUnsigned } from './unsigned.ts';

/** Lines that may be on their way to the broker at once: memory stays the same whatever the file's length. */
const maxUnderWay = 4_000;
const minUnderWay = 100;
const firstUnderWay = 1_000;
/** As many are under way as are kept within this, on a slow machine fewer: far from the time at which an outcome is open. */
const keptWithinMs = 500;
/** `through` is told at least this often while lines are being kept. */
const throughEveryMs = 100;
const throughEveryLines = 1_000;
/** Answers that the client does not read: beyond it reading waits, so that memory is bounded both ways. */
const maxUnreadAnswerBytes = 1024 * 1024;
/** Full queues make an upload wait, not fail: its bytes stay with the client meanwhile. */
const overloadPollMs = 20;
const overloadPatienceMs = 10_000;
/** Blank and refused lines cost time and no wait: others get a turn after this many. */
const linesPerTurn = 500;

/** Where an upload stands. Lines count from 1. */
interface Progress {
  /** All lines up to here are kept, or were answered with their refusal. */
  through: number;
  told: number;
  /** Beyond `through`, those that are settled already. */
  readonly settled: Set<number>;
  underWay: number;
  /** How many may be. */
  window: number;
  /** Kept since the window was set. */
  keptInWindow: number;
  /** The first line whose outcome is open: the upload ends with it. */
  openFrom: number | undefined;
  /** Why it ends then: what can be asked again, or that its sender may publish no more. */
  endsWith: number;
}

/**
 * One event a line, any length, in constant memory. Answered while it is read: `{"through": N}` when all lines up to N are
 * kept, a line for each refused event, or with `?receipts=true` a line for each event. An outcome that cannot be told
 * in time ends it with `{"status": 503, "from": N}`: the client goes on from line N. So does, with 401 or 403, that its sender
 * may publish no more: an upload may last longer than his token, or his place in the directory.
 */
export async function upload(
  gateway: Gateway,
  agency: Author,
  ids: FallbackIds,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const withReceipts = new URLSearchParams(req.url?.split('?')[1]).get('receipts') === 'true';
  const language = languageOf(req.headers['accept-language']);
  const trace = traceOf(req.headers);
  const refusals = createRefusals(gateway.audit, agency);
  const progress: Progress = {
    through: 0,
    told: 0,
    settled: new Set(),
    underWay: 0,
    window: firstUnderWay,
    keptInWindow: 0,
    openFrom: undefined,
    endsWith: 503,
  };
  let wake = Promise.withResolvers<void>();
  const write = (answer: unknown): void => {
    res.write(`${JSON.stringify(answer)}\n`);
  };
  const tellThrough = (): void => {
    if (progress.through === progress.told) return;
    progress.told = progress.through;
    write({ through: progress.through });
  };

  const settle = (line: number): void => {
    progress.settled.add(line);
    while (progress.settled.delete(progress.through + 1)) progress.through += 1;
    if (progress.through - progress.told >= throughEveryLines && !withReceipts) tellThrough();
  };
  /** Its outcome is open, and so is that of all behind it. */
  const endAt = (line: number): void => {
    progress.openFrom = Math.min(progress.openFrom ?? line, line);
  };
  const refuse = (line: number, error: unknown): void => {
    const problem = noteRefusal(error, req, gateway.log, gateway.metrics);
    refusals.add(problem);
    if (problem.status === 503 || problem.status === 429) {
      endAt(line);
      return;
    }
    write({ line, status: problem.status, problem: problemDocument(problem, language) });
    settle(line);
  };
  /** Hands an event to the publisher, in the order of the lines; waits while its queues are full. */
  const publish = async ({ event }: Accepted, done: Done): Promise<void> => {
    const deadline = Date.now() + overloadPatienceMs;
    for (;;) {
      try {
        gateway.publisher.publish(event, done);
        return;
      } catch (error) {
        const full = error instanceof ProblemError && error.code === 'overloaded';
        if (!full || Date.now() > deadline || res.destroyed) throw error;
        await sleep(overloadPollMs);
      }
    }
  };
  const finish = (): void => {
    progress.underWay -= 1;
    wake.resolve();
  };
  const answerKept = (line: number, accepted: Accepted, kept: Kept, again: boolean): void => {
    const { id, kind } = accepted;
    gateway.metrics.published.inc({ kind: kind.name, participant: agency.participant });
    if (!again) tellPublished(gateway.audit, agency, accepted);
    const tell = ({ address, receipt, void: because }: Answer): void => {
      if (withReceipts || because !== undefined)
        write({ line, status: 201, id, address, receipt, ...(because && { void: because }) });
      settle(line);
      finish();
    };
    if (hasSequel(gateway, accepted) || (withReceipts && again)) {
      answerFor(gateway, agency, accepted, { kept, again }, req.headers.authorization)
        .then(tell)
        .catch((error: unknown) => {
          refuse(line, error);
          finish();
        });
    } else if (withReceipts) {
      tell(gateway.receipts.fresh(agency, accepted, kept));
    } else {
      settle(line);
      finish();
    }
  };
  const stopped = (): boolean => progress.openFrom !== undefined || res.destroyed;
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      wake = Promise.withResolvers();
      await wake.promise;
    }
  };
  /** What an event refers to may stand in a line before. */
  const untilNothingIsOpen = async (): Promise<void> => {
    await until(() => progress.underWay === 0);
    // A line before it is open: a newer version must not overtake an older one.
    if (stopped()) throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
  };
  const begin = async (line: number, bytes: Buffer | undefined): Promise<void> => {
    if (bytes !== undefined && isBlank(bytes)) {
      settle(line);
      return;
    }
    try {
      const author = publisherOf(gateway, req);
      if (author instanceof Promise) await author;
    } catch (error) {
      // Its sender may publish no more.
      progress.endsWith = noteRefusal(error, req, gateway.log, gateway.metrics).status;
      endAt(line);
      return;
    }
    try {
      if (bytes === undefined) {
        throw new ProblemError('too-large', { detail: `at most ${maxEventBytes} bytes a line` });
      }
      const job = { agency: agency.id, now: Date.now(), ...trace, fallbackId: ids(line) };
      const acceptWith = (thread?: Thread): Accepted =>
        acceptJob(job, bytes, gateway.codec, gateway.directory.current(), thread);
      const { authorization } = req.headers;
      const accepting = acceptWhereItBelongs(gateway, authorization, acceptWith, untilNothingIsOpen);
      const event = accepting instanceof Promise ? await accepting : accepting;
      requireUnsigned(gateway, event);
      requireInTime(gateway, event);
      if (event.confirmed !== undefined) await recordConfirmed(gateway, agency, event);
      const began = performance.now();
      progress.underWay += 1;
      await publish(event, (outcome, again) => {
        if (outcome instanceof ProblemError) {
          refuse(line, outcome);
          finish();
        } else {
          if (!again) setWindow(progress, performance.now() - began);
          answerKept(line, event, outcome, again);
        }
      }).catch((error: unknown) => {
        finish();
        throw error;
      });
    } catch (error) {
      refuse(line, error);
    }
  };
  const roomForAnswers = (): Promise<void> =>
    until(() => res.writableLength <= maxUnreadAnswerBytes || res.destroyed);

  res.writeHead(200, {
    ...sentAlways,
    'Content-Type': 'application/x-ndjson',
    'Content-Language': language,
    'Cache-Control': 'private, no-store',
    'X-Accel-Buffering': 'no',
  });
  res.flushHeaders();
  const ticker = setInterval(() => {
    if (!withReceipts) tellThrough();
  }, throughEveryMs);
  // Node ends the connection then; after the answer the time of a connection that is kept alive holds again.
  req.socket.setTimeout(gateway.uploadIdleMs);
  const takeAll = async (lines: readonly (Buffer | undefined)[]): Promise<void> => {
    for (const bytes of lines) {
      if (progress.underWay >= progress.window) {
        await until(() => progress.underWay < progress.window || stopped());
      }
      if (stopped()) return;
      line += 1;
      await begin(line, bytes);
      if (line % linesPerTurn === 0) {
        await nextTurn();
        await roomForAnswers();
      }
    }
    await roomForAnswers();
  };
  const cutter = createLineCutter(maxEventBytes);
  let line = 0;
  let readable = true;
  const onReadable = (): void => {
    readable = true;
    wake.resolve();
  };
  const onChange = (): void => wake.resolve();
  req.on('readable', onReadable).on('end', onChange).on('close', onChange).on('error', onChange);
  res.on('drain', onChange).on('close', onChange);
  // Not by iteration: an outcome that is open is told at once, also to a client that waits with its next line.
  while (!stopped() && !req.readableEnded && !req.destroyed) {
    readable = false;
    const chunk = req.read() as Buffer | null;
    if (chunk === null) await until(() => readable || req.readableEnded || req.destroyed || stopped());
    else await takeAll(cutter.push(chunk));
  }
  req.off('readable', onReadable);
  // A client that has gone may have been cut off within its last line; what it sent in whole lines is kept.
  if (!stopped() && req.complete) await takeAll(cutter.end());
  await until(() => progress.underWay === 0);
  clearInterval(ticker);
  refusals.tell();
  if (!withReceipts) tellThrough();
  if (progress.openFrom !== undefined) {
    write({ status: progress.endsWith, from: progress.through + 1 });
  }
  res.end();
}

/** Little's law: what is under way is what is kept in a second, times the seconds that one waits. */
function setWindow(progress: Progress, waitedMs: number): void {
  progress.keptInWindow += 1;
  if (progress.keptInWindow < progress.window) return;
  progress.keptInWindow = 0;
  const fitting = Math.floor((progress.window * keptWithinMs) / Math.max(1, waitedMs));
  progress.window = Math.min(maxUnderWay, Math.max(minUnderWay, fitting));
}

/** Space, tab, carriage return. */
const blanks = new Set([0x20, 0x09, 0x0d]);

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => blanks.has(byte));
}
