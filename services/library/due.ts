import { type CurrentDirectory, type KnownThreads, ProblemError, scopeFor, type Verifier } from '@puebla/kit';
import {
  type AgencyId,
  type Asked,
  addressOf,
  askedToAcknowledge,
  canRead,
  type Directory,
  isOwner,
  type KindName,
  type ParticipantCode,
  parseDueQuery,
  type Reader,
  type ThreadStates,
} from '@puebla/schemas';
import type { Request, Response } from 'express';
import type pg from 'pg';
import { isGiven } from './acknowledgements.ts';
import { readWhole } from './catch-up.ts';
import { type AskingRow, askingColumns, askingEvent } from './handling-row.ts';
import { unlessTold } from './problems.ts';
import type { ViewState } from './view.ts';

type SignedReader = Reader & { readonly signedIn: true };

/** An event of which an acknowledgement is missing. */
interface Due {
  readonly address: string;
  readonly kind: KindName;
  readonly ackby: string;
  readonly overdue: boolean;
  /** The reader's, who waits for it; else it is asked of him. */
  readonly own: boolean;
  /** Of whom it is missing: one of these agencies answers for all of them. */
  readonly missing: readonly Asked[];
}

interface Overdue {
  readonly participant: ParticipantCode;
  readonly count: number;
}

interface DueRow extends AskingRow {
  readonly ackby: string;
  /** Agencies that have. */
  readonly answered: readonly AgencyId[];
}

/** What is asked for, and by what it is decided. */
interface Question {
  readonly database: pg.Pool;
  readonly directory: Directory;
  readonly threads: ThreadStates;
  /** Epoch ms. */
  readonly from: number;
  readonly now: number;
}

const dayMs = 86_400_000;
const maxItems = 500;
const rowsAQuery = 500;
/** What was to be acknowledged before is told to who asks for it. */
const defaultDays = 366;

const select = `
select ${askingColumns}, array(select distinct agency from library.events as given
  where answers = asking.agency || '/' || asking.id and ${isGiven}) as answered
from library.events as asking
where ackby is not null and (ackby, agency, id) > ($1, $2, $3)`;
const order = `order by ackby, agency, id limit ${rowsAQuery}`;

/** Of the reader's own, and that may ask him. */
const selectOf = `${select}
  and (agency = $4 or sponsor = $4 or office = any($5) or string_to_array(readers, ',') && $6) ${order}`;
const selectOverdue = `${select} and ackby < $4 ${order}`;

/**
 * `GET /v1/acknowledgements?from=`: events of which an acknowledgement is missing, the first due first: those of the reader, with who has given
 * none, and those that ask him. To the agency that holds the Secretariat beside, how many are overdue of each participant, whatever of it
 * the Secretariat itself may read.
 *
 * @param catchUp waits until the view has what had been accepted, and what was taken back is known
 */
export function createDueRoute(options: {
  readonly database: pg.Pool;
  readonly directory: CurrentDirectory;
  readonly threads: KnownThreads;
  readonly authenticate: Verifier['authenticate'];
  readonly catchUp: () => Promise<ViewState>;
}) {
  const { database, directory, threads, authenticate, catchUp } = options;
  return async (request: Request, response: Response): Promise<void> => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readAcknowledgements);
    if (!reader.signedIn) throw new ProblemError('token-required');
    const parsed = parseDueQuery(new URL(request.url, 'http://exchange').searchParams);
    if (!parsed.ok) throw new ProblemError('bad-request', { violations: parsed.violations });
    const now = Date.now();
    const from = parsed.from ?? now - defaultDays * dayMs;
    const told = await readWhole(database, catchUp, async () => {
      const question = { database, directory: directory.current(), threads, from, now };
      const due = await dueFor(reader, question);
      const isSecretariat = question.directory.offices.get('SECRETARIAT') === reader.agency;
      return { ...due, ...(isSecretariat && { overdue: await overdueIn(question) }) };
    }).catch(unlessTold);
    response.set('Cache-Control', 'private, no-store').json(told);
  };
}

/** `more`: there are further ones behind these. */
async function dueFor(
  reader: SignedReader,
  question: Question,
): Promise<{ readonly items: readonly Due[]; readonly more: boolean }> {
  const { agency, participant } = reader;
  const offices = [...question.directory.offices].flatMap(([office, of]) => (of === agency ? [office] : []));
  const items: Due[] = [];
  for await (const row of rowsOf(question, selectOf, [agency, offices, [agency, participant]])) {
    const due = dueOf(row, reader, question);
    if (due === undefined) continue;
    if (items.length === maxItems) return { items, more: true };
    items.push(due);
  }
  return { items, more: false };
}

/** Undefined where nothing is missing that the reader may know of. */
function dueOf(row: DueRow, reader: SignedReader, question: Question): Due | undefined {
  const { directory, threads, now } = question;
  const event = askingEvent(row);
  if (!canRead(reader, event, directory, threads)) return undefined;
  const own = isOwner(reader, event, directory);
  const missing = missingOf(row, question).filter(({ agencies }) => own || agencies.includes(reader.agency));
  if (missing.length === 0) return undefined;
  const ackby = Number(row.ackby);
  return {
    address: addressOf(row.agency, row.id),
    kind: row.kind,
    ackby: new Date(ackby).toISOString(),
    overdue: ackby < now,
    own,
    missing,
  };
}

function missingOf(row: DueRow, { directory, threads }: Question): readonly Asked[] {
  return askedToAcknowledge(askingEvent(row), directory, threads).filter(
    ({ agencies }) => !agencies.some((agency) => row.answered.includes(agency)),
  );
}

/** How many acknowledgements are overdue of each participant, of the last year. */
export function createOverdue(
  view: Pick<Question, 'database' | 'threads'> & { readonly directory: CurrentDirectory },
): () => Promise<Map<ParticipantCode, number>> {
  return () => {
    const now = Date.now();
    return countOverdue({
      ...view,
      directory: view.directory.current(),
      from: now - defaultDays * dayMs,
      now,
    });
  };
}

async function countOverdue(question: Question): Promise<Map<ParticipantCode, number>> {
  const counts = new Map<ParticipantCode, number>();
  for await (const row of rowsOf(question, selectOverdue, [question.now]))
    for (const { participant } of missingOf(row, question))
      counts.set(participant, (counts.get(participant) ?? 0) + 1);
  return counts;
}

async function overdueIn(question: Question): Promise<readonly Overdue[]> {
  return [...(await countOverdue(question))]
    .map(([participant, count]) => ({ participant, count }))
    .sort((a, b) => (a.participant < b.participant ? -1 : 1));
}

/** So many at a time that memory stays the same, by the index of what asks. */
async function* rowsOf(
  { database, from }: Question,
  text: string,
  values: readonly unknown[],
): AsyncGenerator<DueRow> {
  let after: Pick<DueRow, 'ackby' | 'agency' | 'id'> = { ackby: String(from), agency: '', id: '' };
  for (;;) {
    const { ackby, agency, id } = after;
    const { rows } = await database.query<DueRow>(text, [ackby, agency, id, ...values]);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < rowsAQuery) return;
    after = last;
  }
}
