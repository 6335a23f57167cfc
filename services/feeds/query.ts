import type { IncomingMessage } from 'node:http';
import { ProblemError, type SignedCaller, type Verifier } from '@puebla/kit';
import { type Filter, filterKey, parseFilter } from '@puebla/schemas';

/** What every way out of the feeds is asked for. */
export interface Query {
  readonly caller: SignedCaller;
  readonly filter: Filter;
  readonly since: string | undefined;
  readonly cursor: string | undefined;
  readonly params: URLSearchParams;
  /** Equal for requests that see the same events. */
  readonly key: string;
}

/** Throws ProblemError bad-request; SignInError. */
export async function readQuery(
  verifier: Verifier,
  req: IncomingMessage,
  also: readonly string[],
): Promise<Query> {
  const signing = verifier.authenticate(req.headers.authorization);
  const caller = signing instanceof Promise ? await signing : signing;
  const params = new URLSearchParams(req.url?.split('?')[1] ?? '');
  const parsed = parseFilter(params, ['since', 'cursor', ...also]);
  if (!parsed.ok) throw new ProblemError('bad-request', { violations: parsed.violations });
  const lastEventId = req.headers['last-event-id'];
  const header = typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined;
  const who = caller.reader.signedIn ? caller.reader.agency : '';
  return {
    caller,
    filter: parsed.filter,
    since: params.get('since') ?? undefined,
    // A client that reconnects sends the newer place in its header, the address stays as it was.
    cursor: header ?? params.get('cursor') ?? undefined,
    params,
    key: `${who} ${filterKey(parsed.filter)}`,
  };
}
