import {
  type Codec,
  copyOfLetter,
  createOwnProducer,
  type DeadLetter,
  ends,
  eventIn,
  type FollowedThreads,
  hasTwin,
  identityOf,
  type Kafka,
  letterName,
  namesIn,
  offsetOf,
  originalOfLetter,
  PoisonError,
  ProblemError,
  type RecordToSend,
  readLane,
  redriven,
  type SendOutcome,
  tellOfLetter,
  tombstoneFor,
} from '@puebla/kit';
import { findLetter } from './letters.ts';

export interface SettleOptions {
  /** Say what would be done, and write nothing. */
  readonly dryRun: boolean;
}

export interface RedriveOptions extends SettleOptions {
  /** Write the copy although it would be poison again. */
  readonly force: boolean;
}

/** What became of threads, for what was taken back. */
export type SettledThreads = Pick<FollowedThreads, 'of' | 'caughtUp'>;

/** What was done with a letter, or (`dryRun`) would be. */
export interface Redriven {
  readonly name: string;
  readonly state: 'open' | 'redriven';
  readonly dryRun: boolean;
  /** The lane of the copy, `<topic>/<partition>`. */
  readonly lane: string;
  /** Place of the record that was poison first. */
  readonly from: string;
  readonly attempt: number;
  readonly decodes: boolean;
  /** Why it does not decode. */
  readonly reason: string | null;
  /** Place of the copy. */
  readonly to: string | null;
  /** The copy had been written by an earlier try, whose outcome was not known. */
  readonly found: boolean;
}

export interface Discarded {
  readonly name: string;
  readonly state: 'open' | 'discarded';
  readonly dryRun: boolean;
}

/** Settles dead letters, one at a time: one process of an exchange may do it. */
export interface Settling {
  /** Writes the record of a letter once more to its lane. Rejects with ProblemError, KafkaError, RegistryUnavailableError. */
  redrive(topic: string, name: string, options: RedriveOptions): Promise<Redriven>;
  /** Says that the record of a letter never comes back. Rejects with ProblemError or KafkaError. */
  discard(topic: string, name: string, options: SettleOptions): Promise<Discarded>;
  close(): void;
}

const sendTimeoutMs = 1_500;
/** A copy that is poison again has a letter too, which can be redriven: so often, then never (no loops). */
const maxAttempts = 3;
const role = 'redrive';
const askAgain = { retryAfterSeconds: 2 };

export function createSettling({
  kafka,
  codec,
  threads,
}: {
  readonly kafka: Kafka;
  readonly codec: Codec;
  readonly threads: SettledThreads;
}): Settling {
  const own = createOwnProducer(kafka, 'redrive', { sendTimeoutMs });
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
  const send = async (record: RecordToSend): Promise<SendOutcome> => {
    const [outcome] = await own.get().send([record]);
    return outcome ?? { state: 'unsent' };
  };
  const isWritten = async (record: RecordToSend): Promise<boolean> =>
    (await send(record)).state === 'written';
  /** A letter may be written twice: it is the same one. What the library erased meanwhile would be back with it. */
  const tell = async (letter: DeadLetter, told: Readonly<Record<string, string>>): Promise<boolean> => {
    if (!(await isWritten(tellOfLetter(letter, told)))) return false;
    if (!(await isTakenBack(threads, letter))) return true;
    return isWritten(tombstoneFor(letter.record, letter.name));
  };

  const settle = async (letter: DeadLetter, state: 'redriven' | 'discarded', to?: string): Promise<void> => {
    const settled = new Date().toISOString();
    if (await tell(letter, { state, settled, ...(to === undefined ? {} : { to }) })) return;
    const detail = to === undefined ? 'the letter could not be settled' : `the copy stands at ${to}`;
    throw new ProblemError('dead-outcome-unknown', { detail, ...askAgain });
  };

  /** Where the copy may be: told in the letter before the copy is written, so that it is looked for after any failure. */
  const markBegun = async (letter: DeadLetter): Promise<number> => {
    if (letter.redriving !== undefined) return letter.redriving;
    const from = offsetOf(await ends(kafka, [letter.topic]), letter);
    if (await tell(letter, { redriving: String(from) })) return from;
    throw new ProblemError('unavailable', { detail: 'nothing was written', ...askAgain });
  };

  const writeCopy = async (letter: DeadLetter): Promise<string> => {
    const outcome = await send(copyOfLetter(letter, await markBegun(letter)));
    switch (outcome.state) {
      case 'written':
        return letterName({ ...letter, offset: outcome.offset });
      case 'unsent':
        throw new ProblemError('unavailable', { detail: 'nothing was written', ...askAgain });
      case 'refused':
        throw new ProblemError('dead-poison', { detail: `the broker refuses it (${outcome.brokerCode})` });
      case 'unknown':
        throw new ProblemError('dead-outcome-unknown', askAgain);
    }
  };

  return {
    redrive: (topic, name, { dryRun, force }) =>
      inTurn(async () => {
        const letter = await openLetter(kafka, topic, name);
        if (await isTakenBack(threads, letter)) throw new ProblemError('recalled');
        const found = await copyOf(kafka, letter);
        if (found === undefined) await mustBeRedrivable(kafka, letter);
        const reason = found === undefined ? await whyPoison(codec, letter) : undefined;
        const about = {
          name,
          dryRun,
          lane: `${letter.topic}/${letter.partition}`,
          from: letter.origin,
          attempt: letter.attempt + 1,
          decodes: reason === undefined,
          reason: reason ?? null,
          found: found !== undefined,
        };
        if (dryRun) return { ...about, state: 'open', to: found ?? null };
        if (reason !== undefined && !force) {
          throw new ProblemError('dead-poison', { detail: reason, members: { reason } });
        }
        const to = found ?? (await writeCopy(letter));
        await settle(letter, 'redriven', to);
        return { ...about, state: 'redriven', to };
      }),
    discard: (topic, name, { dryRun }) =>
      inTurn(async () => {
        const letter = await openLetter(kafka, topic, name);
        const to = await copyOf(kafka, letter);
        if (to !== undefined) {
          if (!dryRun) await settle(letter, 'redriven', to);
          throw new ProblemError('dead-settled', { detail: `its copy stands at ${to}` });
        }
        if (!dryRun) await settle(letter, 'discarded');
        return { name, dryRun, state: dryRun ? 'open' : 'discarded' };
      }),
    close: own.close,
  };
}

async function openLetter(kafka: Kafka, topic: string, name: string): Promise<DeadLetter> {
  const letter = await findLetter(kafka, topic, name);
  if (letter === undefined) throw new ProblemError('not-found');
  if (letter.state !== 'open') throw new ProblemError('dead-settled', { detail: letter.state });
  return letter;
}

/** What was taken back does not come back: the library would take it out of the lane again, and it erases its letter. */
async function isTakenBack(threads: SettledThreads, letter: DeadLetter): Promise<boolean> {
  await threads.caughtUp();
  return namesIn(originalOfLetter(letter)).some((name) => threads.of(name)?.recalled !== undefined);
}

async function mustBeRedrivable(kafka: Kafka, letter: DeadLetter): Promise<void> {
  if (letter.value === 'too-large') throw new ProblemError('dead-left-out');
  if (letter.attempt >= maxAttempts) throw new ProblemError('dead-attempts');
  if (await hasTwin(kafka, role, originalOfLetter(letter))) throw new ProblemError('dead-twin');
}

/** Place of the copy of a letter that an earlier try has written, without ever knowing it. */
async function copyOf(kafka: Kafka, letter: DeadLetter): Promise<string | undefined> {
  const { topic, partition, redriving: from, origin } = letter;
  if (from === undefined) return undefined;
  const identity = identityOf(originalOfLetter(letter).key ?? '');
  const attempt = String(letter.attempt + 1);
  const to = offsetOf(await ends(kafka, [topic]), letter);
  for await (const records of readLane(kafka, role, { topic, partition, from, to })) {
    for (const record of records) {
      if (record.key === null || identityOf(record.key) !== identity) continue;
      const { headers } = record;
      if (headers[redriven.from] === origin && headers[redriven.attempt] === attempt)
        return letterName(record);
    }
  }
  return undefined;
}

/** Why the record of a letter cannot be decoded now; undefined when it can. Rejects with RegistryUnavailableError. */
async function whyPoison(codec: Codec, letter: DeadLetter): Promise<string | undefined> {
  const original = originalOfLetter(letter);
  try {
    await codec.decode(eventIn(original).kind, original.value);
    return undefined;
  } catch (error) {
    if (error instanceof PoisonError) return error.reason;
    throw error;
  }
}
