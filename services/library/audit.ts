import { once } from 'node:events';
import { type CurrentDirectory, ProblemError, scopeFor, type Verifier } from '@puebla/kit';
import {
  type AuditQuery,
  type AuditScope,
  auditScope,
  parseAuditQuery,
  participantOf,
} from '@puebla/schemas';
import type { Request, Response } from 'express';
import type pg from 'pg';
import { whileWhole } from './catch-up.ts';
import { unlessTold } from './problems.ts';
import type { ViewState } from './view.ts';

const entriesAQuery = 1_000;

interface EntryRow {
  readonly id: string;
  /** Epoch ms: PostgreSQL's bigint comes as text. */
  readonly time: string;
  readonly entry: string;
}

/**
 * `GET /v1/audit`: entries as NDJSON, oldest first, those that `auditScope` gives the reader, of what the parameters ask for
 * (`parseAuditQuery`). All that was in the log when it was asked is in the answer.
 *
 * @param catchUp waits until the view has what the log of the audit has
 */
export function createAuditRoute(options: {
  readonly database: pg.Pool;
  readonly directory: CurrentDirectory;
  readonly authenticate: Verifier['authenticate'];
  readonly catchUp: () => Promise<ViewState>;
}) {
  const { database, directory, authenticate, catchUp } = options;
  return async (request: Request, response: Response): Promise<void> => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.readAudit);
    if (!reader.signedIn) throw new ProblemError('token-required');
    const scope = auditScope(reader, directory.current());
    if (scope === undefined) throw new ProblemError('not-permitted');
    const parsed = parseAuditQuery(new URL(request.url, 'http://exchange').searchParams);
    if (!parsed.ok) throw new ProblemError('bad-request', { violations: parsed.violations });
    const pages = pagesOf(database, scope, parsed.query);
    const { epoch } = await catchUp().catch(unlessTold);
    const nextPage = () => whileWhole(database, epoch, () => pages.next());
    // The first page before the head: what is not there now is a status.
    const first = await nextPage().catch(unlessTold);
    response.status(200).type('application/x-ndjson').set('Cache-Control', 'private, no-store');
    response.set('X-Accel-Buffering', 'no');
    const closed = new Promise((resolve) => response.once('close', resolve));
    for (let page = first; !page.done && !response.closed; page = await nextPage()) {
      if (!response.write(page.value)) await Promise.race([once(response, 'drain'), closed]);
    }
    response.end();
  };
}

/** Lines of entries, so many at a time that memory stays the same. */
async function* pagesOf(
  database: pg.Pool,
  { participant, ofAll }: AuditScope,
  { what, agency, event, from, to }: AuditQuery,
): AsyncGenerator<string> {
  // Each condition alone can go by an index.
  const mine = ofAll.length === 0 ? 'lane = $1 and $2::text[] is not null' : '(lane = $1 or what = any($2))';
  const text = `
select id, time, entry from library.audit
where ${mine}
  and ($3::text[] is null or what = any($3)) and ($4::text[] is null or agency = any($4))
  and ($5::text[] is null or event = any($5)) and time <= $6 and (time, id) > ($7, $8::uuid)
order by time, id limit ${entriesAQuery}`;
  let after: Pick<EntryRow, 'time' | 'id'> = { time: String((from ?? 0) - 1), id: lastId };
  for (;;) {
    const { rows } = await database.query<EntryRow>(text, [
      participantOf(participant)?.lane ?? null,
      ofAll,
      what ?? null,
      agency ?? null,
      event ?? null,
      to ?? Number.MAX_SAFE_INTEGER,
      after.time,
      after.id,
    ]);
    if (rows.length > 0) yield rows.map(({ entry }) => `${entry}\n`).join('');
    const last = rows.at(-1);
    if (last === undefined || rows.length < entriesAQuery) return;
    after = last;
  }
}

/** No entry of the millisecond before comes behind it. */
const lastId = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
