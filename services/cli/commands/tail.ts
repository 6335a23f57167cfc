import { filterParameters, parseFilter } from '@puebla/schemas';
import { Command, InvalidArgumentError } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { callerOf } from '../credentials.ts';
import { cursorFile } from '../cursor-file.ts';
import { eventLine } from '../event-line.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { follow, placeOnly } from '../follow.ts';
import { formatOf, openList } from '../output.ts';
import { pages } from '../pages.ts';
import { plainText, someOf } from '../plain-text.ts';

const examples = `
Examples:
  $ puebla tail
  $ puebla tail --country GT,MX --category TRAFFICKING --severity SEVERE --as sv-pnc
  $ puebla tail --since earliest --cursor-file ~/.puebla-place --output ndjson >> alerts.ndjson
  $ puebla tail --since earliest --kind statistic --no-follow --output json
  $ puebla tail --from-receipt "$(puebla publish alert.json --as mx-fgr --output json | jq -r '.[0].receipt')"

Commas mean "or", different options "and"; the values are those of the contract, capitals do not matter. A lost connection
is made again and goes on after the last event, as often as it takes. Ctrl-C ends it, with exit code 0.
`;

const descriptions: Readonly<Record<string, string>> = {
  kind: 'kind of event',
  country: 'any place of the event (ISO 3166-1 alpha-2)',
  region: 'CA4, CENTRAL_AMERICA, NORTH_AMERICA, CARIBBEAN',
  publisher: 'participant or agency',
  category: 'category of an alert, theme of a practice, indicator of a statistic',
  leg: 'leg of the route',
  exploitation: 'form of exploitation',
  group: 'affected group',
  severity: 'at least this grave',
  language: 'language of its texts',
  from: 'its own date is not before this',
  to: 'its own date is not after this',
};

/** What the exchange says beside events. */
const notices: Readonly<Record<string, string>> = {
  gap: 'gap: events are missing here',
  'too-slow': 'cut off: the exchange could not hold what was not read',
  'token-expired': 'the token has expired',
  'reader-changed': 'your agency has ended, or takes part as another: sign in again',
  shutdown: 'the exchange is being stopped',
};

type TailOptions = Readonly<Record<string, string | undefined>> & {
  readonly limit?: number;
  readonly follow: boolean;
  readonly history?: boolean;
};

/** `puebla tail`: follows a feed, and goes on where it was when the connection is lost. */
export function tailCommand(cli: Cli): Command {
  const command = new Command('tail').description(
    'Follow a feed, live or from history. / Sigue un flujo de eventos, en vivo o desde el pasado.',
  );
  for (const name of filterParameters)
    command.option(`--${name} <values>`, descriptions[name] ?? `the filter's ${name}`);
  return command
    .option('--since <time>', 'begin with what was accepted at this time (RFC 3339), or "earliest"')
    .option('--cursor <cursor>', 'begin just behind this cursor')
    .option('--from-receipt <receipt>', 'begin just behind the event that this receipt was given for')
    .option('--cursor-file <file>', 'keep the place in this file, and begin there when it exists')
    .option('--history', 'versions too that have a newer one')
    .option('--limit <events>', 'end after so many events', count)
    .option('--no-follow', 'end with the newest event that is there')
    .option('--as <agency>', 'read as this agency')
    .addHelpText('after', examples)
    .action(async (_own, self: Command) => {
      const options = optionsOf<TailOptions>(self);
      const place = options['cursorFile'] === undefined ? undefined : cursorFile(options['cursorFile']);
      const url = await streamUrl(cli, options, await place?.read());
      const list = openList<object>(cli, formatOf(cli, options.output, options.follow), eventLine);
      try {
        await tail(cli, options, url, list.write, (cursor) => place?.keep(cursor));
      } catch (error) {
        if (cli.signal.aborted !== true) throw error;
      } finally {
        await place?.close();
      }
      if (cli.signal.reason !== 'pipe') await list.end();
    });
}

/** Writes events until the limit, the end (without --follow) or Ctrl-C. */
async function tail(
  cli: Cli,
  options: TailOptions & { readonly token?: string },
  url: URL,
  write: (event: object) => Promise<void>,
  keep: (cursor: string) => void,
): Promise<void> {
  const { as, token, limit = Number.POSITIVE_INFINITY } = options;
  const caller = callerOf(cli, { ...(as && { as }), ...(token && { token }) });
  let shown = 0;
  if (!options.follow) {
    url.pathname = '/v1/events';
    for await (const { items, cursor } of pages(cli, url, caller)) {
      for (const event of items.slice(0, limit - shown)) await write(event);
      shown += items.length;
      // Beyond the limit the page's cursor would pass over events that were not shown.
      if (shown <= limit) keep(cursor);
      if (shown >= limit) return;
    }
    return;
  }
  const onLost = (error: Error, delayMs: number): void =>
    cli.say(`connection lost (${plainText(error.message)}); going on in ${(delayMs / 1000).toFixed(1)} s`);
  for await (const { id, event, data } of follow(cli, { url, caller, onLost })) {
    if (event === undefined || event === 'message') {
      await write(JSON.parse(data));
      shown += 1;
    } else if (event === 'withdrawn') {
      // As a page has it: whoever keeps events must learn of it from what he keeps.
      await write({ withdrawn: (JSON.parse(data) as { address: string }).address });
    } else if (event !== placeOnly) {
      cli.say(`${notices[event] ?? plainText(event)} ${data === '{}' ? '' : plainText(data)}`.trimEnd());
    }
    if (id !== undefined && id !== '') keep(id);
    if (shown >= limit) return;
  }
}

async function streamUrl(
  cli: Cli,
  options: TailOptions & { readonly url?: string },
  kept: string | undefined,
): Promise<URL> {
  const begins = ['since', 'cursor', 'fromReceipt'].filter((name) => options[name] !== undefined);
  if (begins.length > 1) throw new CliError('usage', 'one of --since, --cursor and --from-receipt, not two');
  const url = new URL('/v1/events/stream', await exchangeUrl(cli, options.url));
  for (const name of filterParameters) {
    const value = options[name];
    if (value !== undefined) url.searchParams.set(name, value);
  }
  const parsed = parseFilter(url.searchParams);
  if (options.history === true) url.searchParams.set('history', 'true');
  if (!parsed.ok) {
    const wrong = parsed.violations.map(
      ({ pointer, message, allowed = [] }) =>
        `--${pointer.slice(1)}: ${message}${allowed.length > 0 ? ` (${someOf(allowed)})` : ''}`,
    );
    throw new CliError('usage', wrong.join('; '));
  }
  // The place that was kept is newer than where the first run began.
  const cursor = kept ?? options['cursor'] ?? options['fromReceipt'];
  if (cursor !== undefined) url.searchParams.set('cursor', cursor);
  else if (options['since'] !== undefined) url.searchParams.set('since', options['since']);
  return url;
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a number of events, 1 or more');
}
