import type { Outcome } from '../upload.ts';
import { createBatches } from './batches.ts';
import type { ImportedEvent, ImportItem } from './item.ts';
import type { AgencyProgress, ProgressNote } from './progress-note.ts';
import type { ImportSummary, Tally } from './tally.ts';

export interface ImportRun {
  readonly items: AsyncIterable<ImportItem>;
  readonly tally: Tally;
  readonly note: ProgressNote;
  /** Sends events of one agency in one request; answers with the outcome of each. */
  send(agency: string, events: readonly ImportedEvent[]): Promise<readonly Outcome[]>;
  addressOf(event: ImportedEvent): string;
  /** Is there an event at this address? */
  isThere(address: string): Promise<boolean>;
  reasonOf(outcome: Outcome & { kept: false }): string;
  /** Rows of the file whose outcome is known. */
  readonly onProgress: (rows: number) => void;
}

/** Sends what a file became, and counts. A failed request ends it; what was kept by then is noted, and counted. */
export async function runImport(run: ImportRun): Promise<ImportSummary> {
  const { tally } = run;
  const batches = createBatches({
    send: run.send,
    addressOf: run.addressOf,
    note: run.note,
    noted: await trusted(run),
    onOutcome: (event, outcome) => {
      if (outcome.kept) tally.kept(event);
      else tally.refused(event, run.reasonOf(outcome));
      run.onProgress(tally.settledRows());
    },
  });
  for await (const item of run.items) {
    if (item.ok && 'event' in item) {
      await batches.add(item);
    } else {
      tally.note(item);
      run.onProgress(tally.settledRows());
    }
  }
  await batches.finish();
  return tally.summary();
}

/** An exchange that was emptied since does not have what the note says: each agency's last event is looked up. */
async function trusted({ note, isThere }: ImportRun): Promise<ReadonlyMap<string, AgencyProgress>> {
  const noted = await note.read();
  const there = await Promise.all([...noted.values()].map(({ address }) => isThere(address)));
  return there.every(Boolean) ? noted : new Map();
}
