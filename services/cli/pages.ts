import type { Cli } from './cli.ts';
import type { TokenSource } from './credentials.ts';
import { CliError } from './exit-codes.ts';
import { t } from './language.ts';
import { request } from './request.ts';
import { retrying } from './retry.ts';

export interface Page {
  readonly items: readonly object[];
  readonly cursor: string;
}

/** What the exchange gives at once. */
const eventsOfPage = 1_000;
const retries = 5;

/**
 * The pages of `GET /v1/events` with the filter in the address, to the newest event that is there: a page is short only at the
 * end. Begins where the address says, or with the earliest.
 */
export async function* pages(cli: Cli, url: URL, caller: TokenSource | undefined): AsyncGenerator<Page> {
  const next = new URL(url);
  next.searchParams.set('limit', String(eventsOfPage));
  for (;;) {
    const page: Page = await retrying(
      async () => {
        const headers = {
          accept: 'application/json',
          ...(caller && { authorization: `Bearer ${await caller()}` }),
        };
        return pageOf(await (await request(cli, next, { headers })).json());
      },
      { retries, signal: cli.signal, onWait: ({ message }) => cli.say(message) },
    );
    yield page;
    if (page.items.length < eventsOfPage) return;
    next.searchParams.delete('since');
    next.searchParams.set('cursor', page.cursor);
  }
}

function pageOf(answer: unknown): Page {
  const { items, cursor }: { items?: unknown; cursor?: unknown } = Object(answer);
  if (Array.isArray(items) && typeof cursor === 'string') return { items, cursor };
  throw new CliError(
    'failed',
    t(
      'the answer is no page of events: is this the address of the exchange?',
      'la respuesta no es una página de eventos: ¿es esta la dirección del intercambio?',
    ),
  );
}
