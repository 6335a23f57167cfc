import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Scope } from './scopes.ts';
import type { Verifier } from './sign-in.ts';

/** By what an operator is known, beside being on the machine itself. */
export interface OperatorTrust {
  /** Whoever has the role. */
  readonly authenticate: Verifier['authenticate'] | undefined;
  /** The programs that watch one exchange (`OPERATOR_TOKEN_FILE`). */
  readonly operatorToken: string | undefined;
}

/** As much of a request as is looked at. */
interface Caller {
  readonly socket: { readonly remoteAddress?: string | undefined };
  readonly headers: IncomingHttpHeaders;
}

/** Whoever sets one of these speaks for another: a proxy for whom it forwards, a browser for a page. */
const ofOthers = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via', 'origin'] as const;

/**
 * Whether a request comes from an operator: by its token, where it has one, or else from the machine itself. Proxies, and pages in a browser, of
 * this machine reach loopback too; they say so, or ask by another name (DNS rebinding).
 *
 * @throws SignInError for a token that is not taken
 */
export async function mayOperate(
  { headers, socket }: Caller,
  { authenticate, operatorToken }: OperatorTrust,
  scope: Scope,
): Promise<boolean> {
  const { authorization } = headers;
  if (isOperatorToken(authorization, operatorToken)) return true;
  if (authorization === undefined || authenticate === undefined)
    return (
      isLoopback(socket.remoteAddress) &&
      isNameOfLoopback(headers.host) &&
      ofOthers.every((name) => headers[name] === undefined)
    );
  const { reader } = await authenticate(authorization, scope);
  return reader.signedIn && reader.roles.includes('operator');
}

function isOperatorToken(authorization: string | undefined, token: string | undefined): boolean {
  if (token === undefined || authorization === undefined) return false;
  return timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
}

/** Of one length, whatever was given. */
function digest(text: string): Buffer {
  return Buffer.from(hash('sha256', text, 'hex'));
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(::ffff:)?127\.|^::1$/.test(address);
}

function isNameOfLoopback(host: string | undefined): boolean {
  const url = `http://${host ?? ''}`;
  return URL.canParse(url) && /^(localhost|127\.[0-9.]+|\[::1\])$/.test(new URL(url).hostname);
}
