import {
  type Audit,
  brokerCodes,
  createOwnProducer,
  type FollowedDirectory,
  type Kafka,
  ProblemError,
  type RecordToSend,
  recordOfEntry,
  recordOfTurn,
  type SignedCaller,
} from '@puebla/kit';
import {
  type Collection,
  changeOf,
  type Entry,
  entriesOf,
  keyOf,
  type Register,
  readerOf,
} from '@puebla/schemas';
import pLimit from 'p-limit';
import pRetry from 'p-retry';

export interface Changes {
  /** Writes what is asked, and answers once the directory says so. Throws ProblemError: not-permitted, invalid, unavailable, outcome-unknown. */
  change(collection: Collection, input: unknown, caller: SignedCaller): Promise<readonly Entry[]>;
  /** Fills a directory that holds nothing yet. Throws ProblemError. */
  seed(register: Register): Promise<void>;
  close(): void;
}

const sendTimeoutMs = 1_500;
/** In a record's `by`: what a new exchange begins with. */
const bySeed = 'demonstration';
/** Of those that begin changes at one moment each time one at least comes through. */
const turns = { retries: 5, minTimeout: 20, maxTimeout: 300, randomize: true };

/** Another instance has begun a change since: nothing of this one was written, and it is judged anew. */
class Overtaken extends ProblemError {
  constructor() {
    super('unavailable', { retryAfterSeconds: 1 });
  }
}

interface Proposal {
  readonly by: string;
  /** What is to be written now, if anything. */
  judge(): readonly Entry[];
  /** The audit, before it is written: no row changes without an entry. */
  tell?(entries: readonly Entry[]): Promise<void>;
}

/**
 * One change after the other, each judged by what the one before has made of the register, whichever instance has written it: whoever is to
 * judge writes his turn first, with a new epoch of the producer id that all instances share, and reads what lies before it. What
 * others judged earlier and have not written by then the broker refuses.
 */
export function createChanges(options: {
  readonly kafka: Kafka;
  readonly directory: FollowedDirectory;
  readonly topic: string;
  readonly audit: Audit;
  readonly mostRows?: number | undefined;
}): Changes {
  const { kafka, directory, topic, audit, mostRows } = options;
  const producer = createOwnProducer(kafka, 'directory', { sendTimeoutMs, transactionalId: topic });
  const inTurn = pLimit(1);

  const send = async (records: readonly RecordToSend[]): Promise<void> => {
    const outcomes = await producer.get().send(records);
    if (outcomes.every(({ state }) => state === 'written')) return;
    for (const outcome of outcomes) {
      if (outcome.state === 'refused' && outcome.brokerCode === brokerCodes.invalidProducerEpoch)
        throw new Overtaken();
    }
    // Whatever of it is there: the same request again says the same.
    producer.close();
    throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
  };

  const takeTurn = async (): Promise<void> => {
    try {
      await producer.get().prepare();
    } catch (error) {
      producer.close();
      throw error;
    }
    await send([recordOfTurn(topic)]);
    await directory.caughtUp();
  };

  const write = async ({ judge, by, tell }: Proposal): Promise<readonly Entry[]> => {
    await directory.caughtUp();
    // What is refused now, or said already, takes no turn.
    if (judge().length === 0) return [];
    await takeTurn();
    const entries = judge();
    if (entries.length === 0) return [];
    await tell?.(entries);
    await send(entries.map((entry) => recordOfEntry(topic, entry, by)));
    await directory.caughtUp();
    return entries;
  };
  const writeInTurn = (proposal: Proposal): Promise<readonly Entry[]> =>
    inTurn(() =>
      pRetry(() => write(proposal), { ...turns, shouldRetry: ({ error }) => error instanceof Overtaken }),
    );

  return {
    async change(collection, input, { reader }) {
      if (!reader.signedIn) throw new ProblemError('token-required');
      const { agency, person } = reader;
      const who = { agency, ...(person && { person }) };
      return writeInTurn({
        by: `${agency}/${person ?? ''}`,
        judge() {
          // A change that came before this one may have taken his role from him.
          const now = readerOf(directory.current(), agency, person);
          const actor = { ...reader, roles: now?.signedIn ? now.roles : [] };
          const change = changeOf(directory.register, collection, input, actor, Date.now(), mostRows);
          if (!change.ok) throw new ProblemError(change.refusal, { violations: change.violations });
          return change.entries;
        },
        tell: (entries) =>
          audit.write(entries.map((entry) => ({ what: 'directory', ...who, key: keyOf(entry) }))),
      });
    },
    async seed(register) {
      await writeInTurn({
        by: bySeed,
        judge: () => (directory.register.participants.length > 0 ? [] : entriesOf(register)),
      });
    },
    close: () => producer.close(),
  };
}
