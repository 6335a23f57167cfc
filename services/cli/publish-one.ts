import type { Cli } from './cli.ts';
import type { TokenSource } from './credentials.ts';
import { request } from './request.ts';

/** What the exchange answers to one event that it takes. */
export type Taken =
  | { readonly draft: string; readonly signer: string }
  | { readonly id: string; readonly address: string; readonly receipt: string; readonly due?: string };

/**
 * Publishes one event alone: it may wait for a second signature, or be published and wait for its review.
 * @param event a CloudEvent as JSON
 * @throws RefusedRequest, and CliError where nothing answers
 */
export async function publishOne(
  cli: Cli,
  base: URL,
  token: TokenSource,
  event: string,
  signal = cli.signal,
): Promise<Taken> {
  const headers = {
    'content-type': 'application/cloudevents+json',
    authorization: `Bearer ${await token()}`,
  };
  const init = { method: 'POST', headers, body: event, signal };
  return (await request(cli, new URL('/v1/events', base), init)).json() as Promise<Taken>;
}
