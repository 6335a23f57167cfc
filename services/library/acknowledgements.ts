import { type Audit, type CurrentDirectory, type KnownThreads, scopeFor, type Verifier } from '@puebla/kit';
import {
  type Acknowledged,
  type AgencyId,
  acknowledgedOf,
  addressOf,
  askedToAcknowledge,
  canRead,
  isOwner,
  type ParticipantCode,
  type Reader,
} from '@puebla/schemas';
import type { Request, Response } from 'express';
import type pg from 'pg';
import { readWhole } from './catch-up.ts';
import { type HandlingRow, handledEvent, handlingColumns } from './handling-row.ts';
import { tellOpened } from './opened.ts';
import { unlessTold } from './problems.ts';
import type { Reads } from './read.ts';
import type { ViewState } from './view.ts';

/** What has become of an event for one of those that it asks, or for an agency that has answered unasked. */
interface Line {
  readonly participant: ParticipantCode;
  readonly agencies: readonly AgencyId[];
  readonly asked: boolean;
  readonly answered: boolean;
  readonly overdue: boolean;
  /** The newest of each agency, as far as the reader may read them. */
  readonly answers: readonly {
    readonly agency: AgencyId;
    readonly answer: string;
    /** When it was accepted, RFC 3339. */
    readonly time: string;
    readonly address: string;
  }[];
}

interface AnswerRow extends HandlingRow {
  readonly answer: string;
  readonly accepted: Date;
}

/** Of a row `given`: an acknowledgement that was not taken back. */
export const isGiven = `
given.kind = 'acknowledgement' and not exists (select from library.events as recall
  where recall.answers = given.agency || '/' || given.id and recall.kind = 'recall')`;

/** All stand in one lane. */
const selectNewest = `
select distinct on (agency) ${handlingColumns}, answer, accepted
from library.events as given where answers = $1 and ${isGiven} order by agency, "offset" desc`;

/**
 * `GET /v1/events/{agency}/{id}/acknowledgements`: to the owner of an event, who is asked to acknowledge it, what each has answered last, and
 * what is overdue; to an agency that is asked, its own line; to anybody else what he would get if it did not exist.
 *
 * @param catchUp waits until the view has what had been accepted, and what was taken back is known
 */
export function createAcknowledgementsRoute(options: {
  readonly database: pg.Pool;
  readonly directory: CurrentDirectory;
  readonly threads: KnownThreads;
  readonly authenticate: Verifier['authenticate'];
  readonly reads: Pick<Reads, 'asking'>;
  readonly audit: Audit;
  readonly catchUp: () => Promise<ViewState>;
}) {
  const { database, directory, threads, authenticate, reads, audit, catchUp } = options;
  return async (
    request: Request<{ readonly agency: string; readonly id: string }>,
    response: Response,
  ): Promise<void> => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readAcknowledgements);
    const { agency, id } = request.params;
    // Before the event is looked for, so that hidden and absent wait alike.
    const { event, rows } = await readWhole(database, catchUp, async () => {
      const asking = await reads.asking(reader, agency, id);
      const answers = await database.query<AnswerRow>({
        name: 'library-answers',
        text: selectNewest,
        values: [`${agency}/${id}`],
      });
      return { event: asking, rows: answers.rows };
    }).catch(unlessTold);
    const today = directory.current();
    const lines = acknowledgedOf(event, askedToAcknowledge(event, today, threads), rows, Date.now());
    const own = isOwner(reader, event, today) ? lines : lines.filter((line) => isOwn(line, reader));
    const mayRead = (row: AnswerRow): boolean => canRead(reader, handledEvent(row), today, threads);
    // An answer is a part of an event that is opened so.
    await tellOpened(audit, reader, own.flatMap(({ answers }) => answers).filter(mayRead));
    response.set('Cache-Control', 'private, no-store').json({
      ackby: event.ackby === undefined ? null : new Date(event.ackby).toISOString(),
      items: own.map((line) => lineOf(line, mayRead)),
    });
  };
}

function isOwn({ asked, agencies }: Acknowledged<AnswerRow>, reader: Reader): boolean {
  return asked && reader.signedIn && agencies.includes(reader.agency);
}

function lineOf(
  { participant, agencies, asked, answers, overdue }: Acknowledged<AnswerRow>,
  mayRead: (row: AnswerRow) => boolean,
): Line {
  return {
    participant,
    agencies,
    asked,
    answered: answers.length > 0,
    overdue,
    answers: answers.filter(mayRead).map(({ agency, id, answer, accepted }) => ({
      agency,
      answer,
      time: accepted.toISOString(),
      address: addressOf(agency, id),
    })),
  };
}
