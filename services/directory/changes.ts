import {
  type Audit,
  createOwnProducer,
  type FollowedDirectory,
  type Kafka,
  ProblemError,
  recordOfEntry,
  type SignedCaller,
} from '@puebla/kit';
import { type Collection, changeOf, type Entry, entriesOf, keyOf, type Register } from '@puebla/schemas';
import pLimit from 'p-limit';

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

/** One after the other: each is judged by what the one before has made of the register. One instance of the directory writes. */
export function createChanges(options: {
  readonly kafka: Kafka;
  readonly directory: FollowedDirectory;
  readonly topic: string;
  readonly audit: Audit;
}): Changes {
  const { kafka, directory, topic, audit } = options;
  const producer = createOwnProducer(kafka, 'directory', { sendTimeoutMs });
  const inTurn = pLimit(1);

  const write = async (entries: readonly Entry[], by: string): Promise<void> => {
    const outcomes = await producer.get().send(entries.map((entry) => recordOfEntry(topic, entry, by)));
    if (outcomes.some(({ state }) => state !== 'written')) {
      // Whatever of it is there: the same request again says the same.
      producer.close();
      throw new ProblemError('unavailable', { retryAfterSeconds: 1 });
    }
    await directory.caughtUp();
  };

  return {
    change: (collection, input, { reader }) =>
      inTurn(async () => {
        if (!reader.signedIn) throw new ProblemError('token-required');
        await directory.caughtUp();
        const change = changeOf(directory.register, collection, input, reader, Date.now());
        if (!change.ok) throw new ProblemError(change.refusal, { violations: change.violations });
        await write(change.entries, `${reader.agency}/${reader.person ?? ''}`);
        const { agency, person } = reader;
        const by = { agency, ...(person && { person }) };
        await audit.write(change.entries.map((entry) => ({ what: 'directory', ...by, key: keyOf(entry) })));
        return change.entries;
      }),
    seed: (register) =>
      inTurn(async () => {
        await directory.caughtUp();
        if (directory.register.participants.length === 0) await write(entriesOf(register), bySeed);
      }),
    close: () => producer.close(),
  };
}
