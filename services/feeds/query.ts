import type { IncomingMessage } from 'node:http';
import { ProblemError, type SignedCaller, scopeFor, type Verifier } from '@puebla/kit';
import { type Filter, filterKey, parseFilter, parseInstant } from '@puebla/schemas';
import { violationOf } from './violations.ts';

/** When what is asked for was accepted: from this instant on (epoch ms), or all of it. */
export type Since = number | 'earliest';

/** What every way out of the feeds is asked for. */
export interface Query {
  readonly caller: SignedCaller;
  readonly filter: Filter;
  /** Versions too that have a newer one. */
  readonly history: boolean;
  readonly since: Since | undefined;
  readonly cursor: string | undefined;
  readonly params: URLSearchParams;
  /** Equal for requests that see the same events. */
  readonly key: string;
}

const ownParameters = ['since', 'cursor', 'history'];

/**
 * Reads a request: who asks, for what, from where. Throws ProblemError bad-request; SignInError.
 *
 * @param also further parameters of this way out
 */
export async function readQuery(
  verifier: Verifier,
  req: IncomingMessage,
  also: readonly string[],
): Promise<Query> {
  const signing = verifier.authenticate(req.headers.authorization, scopeFor.readEvents);
  const caller = signing instanceof Promise ? await signing : signing;
  const url = req.url ?? '';
  const params = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  const own = [...ownParameters, ...also];
  const parsed = parseFilter(params, own);
  const violations = [
    ...(parsed.ok ? [] : parsed.violations),
    ...own.filter((name) => params.getAll(name).length > 1).map((name) => violationOf('once', name)),
  ];
  const history = params.get('history') ?? 'false';
  if (history !== 'true' && history !== 'false') violations.push(violationOf('history', 'history'));
  const asked = params.get('since');
  const since = asked === null || asked === 'earliest' ? (asked ?? undefined) : parseInstant(asked);
  if (asked !== null && since === undefined) violations.push(violationOf('since', 'since'));
  if (!parsed.ok || violations.length > 0) throw new ProblemError('bad-request', { violations });
  const lastEventId = req.headers['last-event-id'];
  const header = typeof lastEventId === 'string' && lastEventId !== '' ? lastEventId : undefined;
  const { reader } = caller;
  // All that the policy goes by: of one agency the cleared see more than the others, and a status changes.
  const who = reader.signedIn ? `${reader.agency} ${reader.status} ${reader.cleared}` : '';
  return {
    caller,
    filter: parsed.filter,
    history: history === 'true',
    since,
    // A client that reconnects sends the newer place in its header, the address stays as it was.
    cursor: header ?? params.get('cursor') ?? undefined,
    params,
    key: `${who} ${history} ${filterKey(parsed.filter)}`,
  };
}
