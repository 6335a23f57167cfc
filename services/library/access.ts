import { type CurrentDirectory, languageOf, scopeFor, type Verifier } from '@puebla/kit';
import {
  type AgencyId,
  addressOf,
  type HandledEvent,
  isAudited,
  type ParticipantCode,
  participantOfAgency,
  readersOf,
} from '@puebla/schemas';
import type { Request, Response } from 'express';
import type pg from 'pg';
import { readWhole } from './catch-up.ts';
import { unlessTold } from './problems.ts';
import type { Reads } from './read.ts';
import type { ViewState } from './view.ts';

/** What the owner of an event is told of an agency; never of a person (rules.md, What gives things away). */
interface Access {
  readonly agency: AgencyId;
  readonly participant: ParticipantCode;
  /** It may read it today. */
  readonly may: boolean;
  /** When a stream or a page first brought it, and when it was first opened by its address: RFC 3339, null: not yet. */
  readonly delivered: string | null;
  readonly opened: string | null;
}

interface FirstTimes {
  readonly agency: AgencyId;
  /** Epoch ms: PostgreSQL's bigint comes as text. */
  readonly delivered: string | null;
  readonly opened: string | null;
}

const selectFirstTimes = `
select agency, min(time) filter (where what = 'delivered') as delivered, min(time) filter (where what = 'read') as opened
from library.audit where event = $1 and what in ('delivered', 'read') group by agency order by agency`;

const notTold = {
  es: 'Quién ha leído un evento se muestra solo desde AMBER.',
  en: 'Who has read an event is shown at AMBER and above alone.',
} as const;

/**
 * `GET /v1/events/{agency}/{id}/access`: to the owner of an event, which agencies may read it, and when each first got and first opened it;
 * to anybody else what he would get if it did not exist.
 *
 * @param catchUp waits until the view has what the log of the audit has
 */
export function createAccessRoute(options: {
  readonly database: pg.Pool;
  readonly directory: CurrentDirectory;
  readonly authenticate: Verifier['authenticate'];
  readonly reads: Pick<Reads, 'owned'>;
  readonly catchUp: () => Promise<ViewState>;
}) {
  const { database, directory, authenticate, reads, catchUp } = options;
  return async (
    request: Request<{ readonly agency: string; readonly id: string }>,
    response: Response,
  ): Promise<void> => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readAudit);
    const { agency, id } = request.params;
    const event = await reads.owned(reader, agency, id);
    response.set('Cache-Control', 'private, no-store');
    if (!isAudited(event.tlp)) {
      const language = languageOf(request.headers['accept-language']);
      response.set('Content-Language', language).json({ agencies: [], reason: notTold[language] });
      return;
    }
    const { rows } = await readWhole(database, catchUp, () =>
      database.query<FirstTimes>(selectFirstTimes, [addressOf(agency, id)]),
    ).catch(unlessTold);
    const may = readersOf(event, directory.current()).map((reading) => reading.id);
    response.json({ agencies: accessOf(event, may, rows) });
  };
}

/** Agencies that may not any more stay in it, with what they had. The owner itself is not told of. */
function accessOf(
  event: HandledEvent,
  may: readonly AgencyId[],
  times: readonly FirstTimes[],
): readonly Access[] {
  const known = new Map(times.map((row) => [row.agency, row]));
  const agencies = [...new Set([...may, ...known.keys()])].filter((agency) => agency !== event.agency);
  return agencies.map((agency) => ({
    agency,
    participant: participantOfAgency(agency)?.code ?? '',
    may: may.includes(agency),
    delivered: timeOf(known.get(agency)?.delivered),
    opened: timeOf(known.get(agency)?.opened),
  }));
}

function timeOf(ms: string | null | undefined): string | null {
  return ms == null ? null : new Date(Number(ms)).toISOString();
}
