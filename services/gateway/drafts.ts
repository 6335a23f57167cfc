import {
  createCompactedWriter,
  followCompacted,
  type Kafka,
  type Log,
  type LogRecord,
  ProblemError,
} from '@puebla/kit';
import type { AgencyId, Unsigned } from '@puebla/schemas';
import pLimit, { type Limit } from 'p-limit';

/** What a second person is asked to look at. */
export interface Entry extends Unsigned {
  readonly id: string;
  readonly kind: string;
  /** The thread that it goes on with, `<agency>/<id>` of its first event. */
  readonly thread?: string;
  /** When it was sent, RFC 3339. */
  readonly time: string;
  /** Why it was returned, or is objected to. */
  readonly reason: string | null;
}

/** An event that waits for a second signature, or has come back with a reason. */
export interface Draft extends Entry {
  readonly state: 'WAITING' | 'RETURNED';
  /** As it was sent. */
  readonly event: unknown;
}

/** The review of an event that went out with one signature: it is in the log, and its body there alone. */
export interface Review extends Entry {
  readonly state: 'REVIEW' | 'OBJECTED';
  /** RFC 3339. */
  readonly due: string;
}

export function isReview(entry: Draft | Review): entry is Review {
  return 'due' in entry;
}

export function draftAddress(agency: AgencyId, id: string): string {
  return `/v1/drafts/${agency}/${id}`;
}

export interface Drafts {
  all(): Iterable<Draft | Review>;
  get(agency: AgencyId, id: string): Draft | Review | undefined;
  /** What waits or came back, by its identity, `<agency>/<id>`. */
  waiting(identity: string): Draft | undefined;
  /** Resolves once all that was put before this call is here. Rejects with KafkaError. */
  caughtUp(): Promise<void>;
  /**
   * Who decides what becomes of a draft does it alone, and by what is there: one after the other for each identity, and after what other gateways
   * have put. Rejects with KafkaError, and as `decide` does.
   */
  inTurn<T>(draft: Pick<Entry, 'agency' | 'id'>, decide: () => Promise<T>): Promise<T>;
  /** In the place of one with the same identity. Rejects with ProblemError: overloaded, unavailable. */
  put(draft: Draft | Review): Promise<void>;
  /** Takes its body out of every store. Rejects with ProblemError unavailable. */
  drop(draft: Pick<Entry, 'agency' | 'id'>): Promise<void>;
  close(): Promise<void>;
}

/** Of all drafts in memory, as they stand in the log; a few thousand of usual size. */
const maxBytes = 64 * 1024 * 1024;
/** Of reviews beside: in danger to life nothing waits for room that drafts have taken. */
const maxReviewBytes = 4 * 1024 * 1024;

/** Drafts in their compacted topic, which every gateway follows: all of them see the same. Rejects with KafkaError. */
export async function followDrafts(options: { kafka: Kafka; topic: string; log: Log }): Promise<Drafts> {
  const { kafka, topic, log } = options;
  const drafts = new Map<string, { readonly draft: Draft | Review; readonly bytes: number }>();
  let bytes = 0;
  const forget = (key: string): void => {
    bytes -= drafts.get(key)?.bytes ?? 0;
    drafts.delete(key);
  };
  const followed = await followCompacted({
    kafka,
    topic,
    role: 'drafts',
    log,
    onRecords(records) {
      for (const record of records) {
        if (record.key === null) continue;
        forget(record.key);
        const draft = draftIn(record);
        if (draft === undefined) continue;
        drafts.set(record.key, { draft, bytes: record.content.length });
        bytes += record.content.length;
      }
    },
  });
  const writer = createCompactedWriter({ kafka, topic, role: 'drafts', followed });
  /** Of each identity about which somebody decides. */
  const turns = new Map<string, Limit>();

  return {
    *all() {
      for (const { draft } of drafts.values()) yield draft;
    },
    get: (agency, id) => drafts.get(keyOf({ agency, id }))?.draft,
    waiting(identity) {
      const entry = drafts.get(identity)?.draft;
      return entry === undefined || isReview(entry) ? undefined : entry;
    },
    caughtUp: followed.caughtUp,
    inTurn(draft, decide) {
      const key = keyOf(draft);
      const turn = turns.get(key) ?? pLimit(1);
      turns.set(key, turn);
      return turn(async () => {
        await followed.caughtUp();
        return decide();
      }).finally(() => {
        if (turn.activeCount + turn.pendingCount === 0) turns.delete(key);
      });
    },
    async put(draft) {
      const limit = isReview(draft) ? maxBytes + maxReviewBytes : maxBytes;
      if (bytes + Buffer.byteLength(JSON.stringify(draft)) > limit)
        throw new ProblemError('overloaded', { retryAfterSeconds: 60 });
      await writer.write(keyOf(draft), draft);
    },
    drop: (draft) => writer.write(keyOf(draft), null),
    async close() {
      writer.close();
      await followed.close();
    },
  };
}

function keyOf({ agency, id }: Pick<Entry, 'agency' | 'id'>): string {
  return `${agency}/${id}`;
}

/** Gateways alone write the topic; what they cannot read was written by a newer one. */
function draftIn({ value }: LogRecord): Draft | Review | undefined {
  if (value === null) return undefined;
  try {
    return JSON.parse(value.toString('utf8')) as Draft | Review;
  } catch {
    return undefined;
  }
}
