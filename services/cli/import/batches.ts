import type { Outcome } from '../upload.ts';
import type { ImportedEvent } from './item.ts';
import type { AgencyProgress, ProgressNote } from './progress-note.ts';

export interface Batches {
  /** Takes an event; waits while as much is underway as may be. */
  add(event: ImportedEvent): Promise<void>;
  /** Sends what is left and waits for all. */
  finish(): Promise<void>;
}

export interface BatchesOptions {
  /** Sends events of one agency in one request; answers with the outcome of each. */
  send(agency: string, events: readonly ImportedEvent[]): Promise<readonly Outcome[]>;
  onOutcome(event: ImportedEvent, outcome: Outcome): void;
  addressOf(event: ImportedEvent): string;
  readonly note: ProgressNote;
  /** What an earlier run of the same file had kept: passed over. */
  readonly noted: ReadonlyMap<string, AgencyProgress>;
}

/**
 * The bounds of a request: some 1 MB, so that memory stays the same whatever the length of the file. Not one
 * request an agency: countries alternate in a file, and a request that waits for the next row of its own is cut off.
 */
const maxEvents = 500;
const maxRows = 5_000;
const requestsAtOnce = 4;

/** What is known of one agency's events, in their order in the file. */
interface Sequence {
  skip: number;
  /** That many from the first are kept; ends to grow at the first that is refused: next time it is sent again. */
  through: number;
  unbroken: boolean;
  batch: ImportedEvent[];
  rows: number;
  sending: Promise<void>;
}

/** Sends events by agency, each agency's in order, in requests of bounded size, several at once. The first failure ends it. */
export function createBatches(options: BatchesOptions): Batches {
  const sequences = new Map<string, Sequence>();
  const progress = new Map(options.noted);
  const underway = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;

  const sequenceOf = (agency: string): Sequence => {
    const skip = options.noted.get(agency)?.kept ?? 0;
    const sequence = sequences.get(agency) ?? {
      skip,
      through: 0,
      unbroken: true,
      batch: [],
      rows: 0,
      sending: Promise.resolve(),
    };
    sequences.set(agency, sequence);
    return sequence;
  };

  /** Not before the other requests have ended: what they kept is noted too. */
  async function throwFailure(): Promise<void> {
    if (failure === undefined) return;
    await Promise.all(underway);
    throw failure.error;
  }

  async function flush(agency: string, sequence: Sequence): Promise<void> {
    const { batch } = sequence;
    sequence.batch = [];
    sequence.rows = 0;
    await sequence.sending;
    while (underway.size >= requestsAtOnce) await Promise.race(underway);
    await throwFailure();
    const sending = send(agency, sequence, batch)
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => underway.delete(sending));
    sequence.sending = sending;
    underway.add(sending);
  }

  async function send(agency: string, sequence: Sequence, batch: readonly ImportedEvent[]): Promise<void> {
    const outcomes = await options.send(agency, batch);
    for (const [index, event] of batch.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      sequence.unbroken &&= outcome.kept;
      if (sequence.unbroken) {
        sequence.through += 1;
        progress.set(agency, { kept: sequence.through, address: options.addressOf(event) });
      }
      options.onOutcome(event, outcome);
    }
    await options.note.write(progress);
  }

  return {
    async add(event) {
      const sequence = sequenceOf(event.agency);
      if (sequence.skip > 0) {
        sequence.skip -= 1;
        sequence.through += 1;
        options.onOutcome(event, { kept: true });
        return;
      }
      sequence.batch.push(event);
      sequence.rows += event.lines.length;
      if (sequence.batch.length >= maxEvents || sequence.rows >= maxRows) await flush(event.agency, sequence);
    },
    async finish() {
      for (const [agency, sequence] of sequences) {
        if (sequence.batch.length > 0) await flush(agency, sequence);
      }
      await Promise.all(underway);
      await throwFailure();
    },
  };
}
