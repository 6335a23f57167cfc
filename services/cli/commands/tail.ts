import { filterParameters, parseFilter } from '@puebla/schemas';
import { Command, InvalidArgumentError } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { callerOf } from '../credentials.ts';
import { cursorFile } from '../cursor-file.ts';
import { eventLine } from '../event-line.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { follow, placeOnly } from '../follow.ts';
import { helpText, t } from '../language.ts';
import { asOption } from '../options.ts';
import { formatOf, openList } from '../output.ts';
import { pages } from '../pages.ts';
import { plainText, someOf } from '../plain-text.ts';

const examples = helpText(
  `  $ puebla tail
  $ puebla tail --country GT,MX --category TRAFFICKING --severity SEVERE --as sv-pnc
  $ puebla tail --since earliest --cursor-file ~/.puebla-place --output ndjson >> alerts.ndjson
  $ puebla tail --since earliest --kind statistic --no-follow --output json
  $ puebla tail --from-receipt "$(puebla publish alert.json --as mx-fgr --output json | jq -r '.[0].receipt')"`,
  `Commas mean "or", different options "and"; the values are those of the contract, capitals do not matter. A lost connection
is made again and goes on after the last event, as often as it takes. Ctrl-C ends it, with exit code 0.`,
  `Las comas son "o", las opciones distintas "y"; los valores son los del contrato, sin importar las mayúsculas. Una conexión perdida
se restablece y sigue tras el último evento, cuantas veces haga falta. Ctrl-C la termina, con código de salida 0.`,
);

const descriptions: Readonly<Record<string, string>> = {
  kind: t('kind of event', 'tipo de evento'),
  country: t('any place of the event (ISO 3166-1 alpha-2)', 'cualquier lugar del evento (ISO 3166-1 alfa-2)'),
  region: 'CA4, CENTRAL_AMERICA, NORTH_AMERICA, CARIBBEAN',
  publisher: t('participant or agency', 'participante o institución'),
  category: t(
    'category of an alert, theme of a practice, indicator of a statistic',
    'categoría de una alerta, tema de una práctica, indicador de una estadística',
  ),
  leg: t('leg of the route', 'tramo de la ruta'),
  exploitation: t('form of exploitation', 'forma de explotación'),
  group: t('affected group', 'grupo afectado'),
  severity: t('at least this grave', 'al menos así de grave'),
  language: t('language of its texts', 'idioma de sus textos'),
  from: t('its own date is not before this', 'su propia fecha no es anterior a esta'),
  to: t('its own date is not after this', 'su propia fecha no es posterior a esta'),
};

/** What the exchange says beside events. */
const notices: Readonly<Record<string, string>> = {
  gap: t('gap: events are missing here', 'gap: aquí faltan eventos'),
  'too-slow': t(
    'cut off: the exchange could not hold what was not read',
    'cortado: el intercambio no pudo guardar lo que no se leía',
  ),
  'token-expired': t('the token has expired', 'el token ha vencido'),
  'reader-changed': t(
    'your agency has ended, or takes part as another: sign in again',
    'su institución terminó, o participa como otra: inicie sesión de nuevo',
  ),
  shutdown: t('the exchange is being stopped', 'el intercambio se está deteniendo'),
};

type TailOptions = Readonly<Record<string, string | undefined>> & {
  readonly limit?: number;
  readonly follow: boolean;
  readonly history?: boolean;
};

/** `puebla tail`: follows a feed, and goes on where it was when the connection is lost. */
export function tailCommand(cli: Cli): Command {
  const command = new Command('tail').description(
    t('Follow a feed, live or from history.', 'Sigue un flujo de eventos, en vivo o desde el pasado.'),
  );
  for (const name of filterParameters)
    command.option(
      `--${name} <values>`,
      descriptions[name] ?? t(`the filter's ${name}`, `${name} del filtro`),
    );
  return command
    .option(
      '--since <time>',
      t(
        'begin with what was accepted at this time (RFC 3339), or "earliest"',
        'empezar con lo aceptado en este momento (RFC 3339), o "earliest"',
      ),
    )
    .option('--cursor <cursor>', t('begin just behind this cursor', 'empezar justo después de este cursor'))
    .option(
      '--from-receipt <receipt>',
      t(
        'begin just behind the event that this receipt was given for',
        'empezar justo después del evento de este recibo',
      ),
    )
    .option(
      '--cursor-file <file>',
      t(
        'keep the place in this file, and begin there when it exists',
        'guardar el lugar en este archivo, y empezar ahí si existe',
      ),
    )
    .option(
      '--history',
      t('versions too that have a newer one', 'también las versiones que tienen otra más nueva'),
    )
    .option('--limit <events>', t('end after so many events', 'terminar tras tantos eventos'), count)
    .option(
      '--no-follow',
      t('end with the newest event that is there', 'terminar con el evento más nuevo que haya'),
    )
    .option(...asOption)
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
    cli.say(
      t(
        `connection lost (${plainText(error.message)}); going on in ${(delayMs / 1000).toFixed(1)} s`,
        `conexión perdida (${plainText(error.message)}); sigue en ${(delayMs / 1000).toFixed(1)} s`,
      ),
    );
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
  if (begins.length > 1)
    throw new CliError(
      'usage',
      t(
        'one of --since, --cursor and --from-receipt, not two',
        'uno solo de --since, --cursor y --from-receipt, no dos',
      ),
    );
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
  throw new InvalidArgumentError(
    t('expected a number of events, 1 or more', 'se espera un número de eventos, 1 o más'),
  );
}
