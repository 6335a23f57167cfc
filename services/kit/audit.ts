import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuditEntry, type AuditedAct, mustBeAudited, participantOfAgency } from '@puebla/schemas';
import type { Kafka } from './kafka/client.ts';
import { createOwnProducer } from './kafka/own-producer.ts';
import type { RecordToSend } from './kafka/producer.ts';
import { encodeRecord } from './kafka/record-batch.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { ProblemError } from './problem.ts';

/** Who published, got, opened, was refused, changed the directory: nothing is ever taken from it. One lane a participant, no keys. */
export const auditTopic = 'puebla.audit';

/** What a service has to tell; the writer adds id and time. */
export type Audited = Omit<AuditEntry, 'id' | 'time'>;

/** Writes entries off the path of whoever tells them. A process has one. */
export interface Audit {
  /**
   * Takes an entry, to be written at once where it must not be missed (`mustBeAudited`), others within some 200 ms. False when it
   * cannot be taken: then it is counted and lost.
   */
  note(act: Audited): boolean;
  /**
   * Resolves once all are in the log. Rejects with ProblemError unavailable when that is not within its bound: then they may be there
   * all the same (an act is rather told of that did not come about than the other way round).
   */
  write(acts: readonly Audited[]): Promise<void>;
  /** Gives what waits two seconds to be written. */
  close(): Promise<void>;
}

export interface AuditLimits {
  /** Entries that wait, while the broker is away say; some 500 bytes each. */
  readonly maxWaiting: number;
  readonly gatherMs: number;
  readonly writeWithinMs: number;
}

const defaults: AuditLimits = { maxWaiting: 20_000, gatherMs: 200, writeWithinMs: 1_800 };
const maxBatchEntries = 500;
const sendTimeoutMs = 1_500;
const closeWithinMs = 2_000;

interface Waiting {
  readonly what: AuditedAct;
  readonly record: RecordToSend;
  /** With the next batch, and that one goes out now. */
  readonly isUrgent: boolean;
  /** Somebody waits for it: told once it is written, or never will be. */
  readonly settle?: (written: boolean) => void;
  /** Whoever waited for it was refused: it need not be written any more. */
  dropped: boolean;
}

export function createAudit(options: {
  readonly kafka: Pick<Kafka, 'options'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'audited' | 'auditLost' | 'auditWaiting'>;
  readonly limits?: Partial<AuditLimits>;
}): Audit {
  const { kafka, log, metrics } = options;
  const { maxWaiting, gatherMs, writeWithinMs } = { ...defaults, ...options.limits };
  const own = createOwnProducer(kafka, 'audit', { sendTimeoutMs });
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let closing = false;
  let troubled = false;

  /** Sends the oldest; false when some of them are to be sent again. Twice is harmless, since each has its id. */
  const sendSome = async (): Promise<boolean> => {
    const batch = waiting.splice(0, maxBatchEntries).filter(({ dropped }) => !dropped);
    if (batch.length === 0) return true;
    const producer = own.get();
    const outcomes = await producer.send(batch.map(({ record }) => record));
    const open = batch.filter((item, index) => {
      const state = outcomes[index]?.state;
      if (state !== 'written' && state !== 'refused') return true;
      if (state === 'written') metrics.audited.inc({ what: item.what });
      else metrics.auditLost.inc({ what: item.what });
      item.settle?.(state === 'written');
      return false;
    });
    waiting = [...open, ...waiting];
    metrics.auditWaiting.set(waiting.length);
    const isTroubled = open.length > 0;
    if (isTroubled && !troubled)
      log.warn({ err: producer.lastTrouble(), entries: waiting.length }, 'the audit cannot be written now');
    troubled = isTroubled;
    return !isTroubled;
  };
  const isDue = (): boolean => waiting.length >= maxBatchEntries || waiting.some(({ isUrgent }) => isUrgent);
  const run = async (): Promise<void> => {
    while (await sendSome()) if (!isDue()) return;
  };
  const soon = (): void => {
    if (!closing) timer ??= setTimeout(now, gatherMs);
  };
  const now = (): void => {
    clearTimeout(timer);
    timer = undefined;
    running ??= run()
      .catch((error: unknown) => log.error({ err: error }, 'writing the audit stopped'))
      .finally(() => {
        running = undefined;
        if (waiting.length > 0) soon();
      });
  };
  const take = (item: Waiting): void => {
    waiting.push(item);
    if (item.isUrgent || waiting.length >= maxBatchEntries) now();
    else soon();
  };

  return {
    note(act) {
      const record = recordOf(act);
      if (record === undefined || closing || waiting.length >= maxWaiting) {
        metrics.auditLost.inc({ what: act.what });
        return false;
      }
      const isUrgent = act.tlp !== undefined && mustBeAudited(act.tlp);
      take({ what: act.what, record, isUrgent, dropped: false });
      return true;
    },
    write(acts) {
      return new Promise((resolve, reject) => {
        let left = acts.length;
        if (left === 0) resolve();
        const refuse = (): void => {
          clearTimeout(bound);
          for (const item of items) item.dropped = true;
          reject(new ProblemError('unavailable', { retryAfterSeconds: 2, members: { reason: 'audit' } }));
        };
        const settle = (written: boolean): void => {
          left -= 1;
          if (!written) refuse();
          else if (left === 0) {
            clearTimeout(bound);
            resolve();
          }
        };
        const bound = setTimeout(refuse, writeWithinMs);
        const items = acts.flatMap((act): Waiting[] => {
          const record = recordOf(act);
          return record === undefined
            ? []
            : [{ what: act.what, record, isUrgent: true, settle, dropped: false }];
        });
        const fits = items.length === acts.length && waiting.length + items.length <= maxWaiting;
        if (!fits || closing) refuse();
        else for (const item of items) take(item);
      });
    },
    async close() {
      closing = true;
      clearTimeout(timer);
      const deadline = AbortSignal.timeout(closeWithinMs);
      const flush = async (): Promise<void> => {
        await running;
        while (waiting.length > 0 && !deadline.aborted) if (!(await sendSome())) await sleep(gatherMs);
      };
      await Promise.race([flush(), sleep(closeWithinMs, undefined, { ref: false })]);
      if (waiting.length > 0) log.error({ entries: waiting.length }, 'entries of the audit were not written');
      for (const { what } of waiting) metrics.auditLost.inc({ what });
      own.close();
    },
  };
}

/** Undefined for an agency that has no lane. */
function recordOf(act: Audited): RecordToSend | undefined {
  const partition = participantOfAgency(act.agency)?.lane;
  if (partition === undefined) return undefined;
  const entry: AuditEntry = { id: randomUUID(), time: new Date().toISOString(), ...act };
  const headers = [['content-type', 'application/json']] as const;
  return {
    topic: auditTopic,
    partition,
    content: encodeRecord(null, Buffer.from(JSON.stringify(entry)), headers),
  };
}
