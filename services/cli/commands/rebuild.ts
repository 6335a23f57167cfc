import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { linesOf } from '../lines.ts';
import { formatOf, writeOne } from '../output.ts';
import { type Progress, showProgress } from '../progress.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla rebuild
  $ PUEBLA_TOKEN=... puebla rebuild --url https://exchange.example`,
  `Empties the library and fills it again from the log, which is the only source of truth. Events can be read meanwhile as
far as it has come; publishing and streams go on.`,
  `Vacía la biblioteca y la llena de nuevo desde el registro, la única fuente de verdad. Mientras tanto los eventos se leen hasta
donde haya llegado; publicar y los flujos siguen.`,
);

interface RebuildLine {
  readonly applied?: number;
  readonly total?: number;
  readonly done?: boolean;
  readonly error?: unknown;
}

/** The Technical Secretariat runs the directory and the register: it asks, where nobody else is named. */
const defaultAgency = 'ts-office';

/** `puebla rebuild`: empties the library and fills it again from the log, with progress. */
export function rebuildCommand(cli: Cli): Command {
  return new Command('rebuild')
    .description(
      t(
        'Empty the library and fill it again from the log.',
        'Vacía la biblioteca y la llena de nuevo desde el registro.',
      ),
    )
    .option(
      '--as <agency>',
      t(
        `ask as this agency (default: ${defaultAgency}, where no token is given)`,
        `pedirlo como esta institución (si falta y no hay token: ${defaultAgency})`,
      ),
    )
    .addHelpText('after', examples)
    .action(async (_own, command: Command) => {
      const { output, url, token, as } = optionsOf<{ as?: string }>(command);
      const caller = requiredCallerOf(cli, {
        ...(token ? { token } : { as: as ?? defaultAgency }),
        ...(as && { as }),
      });
      const response = await request(cli, new URL('/v1/library/rebuild', await exchangeUrl(cli, url)), {
        method: 'POST',
        headers: { authorization: `Bearer ${await caller()}`, accept: 'application/x-ndjson' },
      });
      const begun = performance.now();
      const last = await readProgress(cli, response);
      const seconds = (performance.now() - begun) / 1000;
      const applied = last.applied ?? 0;
      await writeOne(cli, formatOf(cli, output), { applied, seconds: Number(seconds.toFixed(3)) }, () =>
        t(
          `${applied} records applied in ${seconds.toFixed(1)} s`,
          `${applied} registros aplicados en ${seconds.toFixed(1)} s`,
        ),
      );
    });
}

async function readProgress(cli: Cli, { body }: Response): Promise<RebuildLine> {
  let bar: Progress | undefined;
  let last: RebuildLine = {};
  try {
    for await (const { text } of linesOf(textOf(body))) {
      if (text.trim() === '') continue;
      const line: RebuildLine = JSON.parse(text);
      if (line.error !== undefined)
        throw new CliError(
          'failed',
          t(
            'the rebuild ended with an error: the log of the exchange says which',
            'la reconstrucción terminó con un error: el registro del intercambio dice cuál',
          ),
        );
      last = { ...last, ...line };
      bar ??= showProgress(cli, t('rebuild', 'reconstrucción'), last.total ?? 0, t('records', 'registros'));
      bar.update(last.applied ?? 0);
    }
  } finally {
    bar?.stop();
  }
  if (last.done !== true)
    throw new CliError(
      'failed',
      t(
        'the rebuild was cut off; it goes on in the exchange: see puebla doctor',
        'la reconstrucción se cortó; sigue en el intercambio: vea puebla doctor',
      ),
    );
  return last;
}

async function* textOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (body !== null) yield* body.pipeThrough(new TextDecoderStream());
}
