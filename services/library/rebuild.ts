import { setTimeout as sleep } from 'node:timers/promises';
import { type CurrentDirectory, languageOf, ProblemError, scopeFor, type Verifier } from '@puebla/kit';
import type { Directory, Reader } from '@puebla/schemas';
import type { Request, Response } from 'express';
import type pg from 'pg';
import { rebuildChannel } from './apply.ts';
import { progressOf, type ViewState, viewState } from './view.ts';

/** Whoever applies is given this long to begin; when nobody applies, the caller is told. */
const beginWithinMs = 5_000;
const beginPollMs = 50;
const lineEveryMs = 500;

/**
 * `POST /v1/library/rebuild`: the view is emptied and filled from the log, by whichever instance applies. Answers NDJSON,
 * `{"applied":N,"total":N}` at least every second, at last `{"done":true,"applied":N}`. Asked for while one is under way, it
 * joins that one; a caller who leaves does not stop it. For the agency alone that holds the Secretariat.
 */
export function createRebuild(
  database: pg.Pool,
  authenticate: Verifier['authenticate'],
  directory: CurrentDirectory,
) {
  return async (request: Request, response: Response): Promise<void> => {
    const { reader } = await authenticate(request.headers.authorization, scopeFor.rebuildLibrary);
    mustBeSecretariat(reader, directory.current(), languageOf(request.headers['accept-language']));
    const begun = await begin(database);
    response.status(200).type('application/x-ndjson').set('Cache-Control', 'private, no-store');
    response.set('X-Accel-Buffering', 'no');
    await report(response, database, begun);
  };
}

function mustBeSecretariat(reader: Reader, { offices }: Directory, language: 'en' | 'es'): void {
  if (!reader.signedIn) throw new ProblemError('token-required');
  if (offices.get('SECRETARIAT') === reader.agency) return;
  const detail =
    language === 'es'
      ? 'Solo la agencia que ocupa la Secretaría Técnica puede reconstruir la biblioteca.'
      : 'Only the agency that holds the Technical Secretariat may rebuild the library.';
  throw new ProblemError('not-permitted', { detail });
}

/** Asks for a rebuild, and waits until the view has been emptied for it. */
async function begin(database: pg.Pool): Promise<ViewState> {
  const before = await viewState(database).catch(unavailable);
  if (!before.whole) return before;
  await database.query('select pg_notify($1, $2)', [rebuildChannel, '']).catch(unavailable);
  const deadline = Date.now() + beginWithinMs;
  while (Date.now() < deadline) {
    const state = await viewState(database).catch(unavailable);
    if (state.epoch !== before.epoch) return state;
    await sleep(beginPollMs);
  }
  throw new ProblemError('unavailable', { retryAfterSeconds: 5, members: { reason: 'not-applying' } });
}

/** Writes the progress until the view is whole or the caller has gone. */
async function report(response: Response, database: pg.Pool, begun: ViewState): Promise<void> {
  let state = begun;
  while (!response.closed) {
    const { applied, total } = progressOf(state);
    if (state.whole) {
      response.end(`${JSON.stringify({ done: true, applied })}\n`);
      return;
    }
    response.write(`${JSON.stringify({ applied, total })}\n`);
    await sleep(lineEveryMs);
    // Database away: the rebuild goes on when it is back, and so does this.
    state = await viewState(database).catch(() => state);
  }
}

function unavailable(cause: unknown): never {
  const problem = new ProblemError('unavailable', { retryAfterSeconds: 2, members: { reason: 'behind' } });
  problem.cause = cause;
  throw problem;
}
