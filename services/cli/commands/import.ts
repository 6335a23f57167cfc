import { Argument, Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { blankLabel } from '../import/detections.ts';
import { importFile } from '../import/import-file.ts';
import { importSources } from '../import/sources.ts';
import type { ImportSummary } from '../import/tally.ts';
import { helpText, t } from '../language.ts';
import { emphasis, formatOf, tableOf, writeOne } from '../output.ts';
import { plainText } from '../plain-text.ts';

const examples = helpText(
  `  $ puebla import incidents tests/data/incidents.csv
  $ puebla import detections tests/data/detections.csv --output json`,
  `Each row is published by the demonstration agency of its country, so an embedded exchange is needed. Ids come from the rows:
importing a file twice adds nothing, and after Ctrl-C the same command goes on where it was. Rows that are refused are listed
on stderr with their line, the others are imported, and the exit code is 3.`,
  `Cada fila la publica la institución de demostración de su país, así que hace falta un intercambio local. Los ids salen de las filas:
importar dos veces un archivo no añade nada, y tras Ctrl-C el mismo comando sigue donde estaba. Las filas rechazadas se listan
en stderr con su línea, las demás se importan, y el código de salida es 3.`,
);

interface ImportOptions {
  readonly again?: boolean;
}

/** `puebla import SOURCE FILE`: turns published data into events. */
export function importCommand(cli: Cli): Command {
  return new Command('import')
    .description(
      t(
        'Import published data: each row is published by its country.',
        'Importa datos publicados: cada fila la publica su país.',
      ),
    )
    .addArgument(
      new Argument('<source>', t('what the file holds', 'qué contiene el archivo')).choices(
        Object.keys(importSources),
      ),
    )
    .argument('<file>', t('CSV file with a header, in UTF-8', 'archivo CSV con encabezado, en UTF-8'))
    .option(
      '--again',
      t(
        'send every row, also those that an earlier import is known to have sent',
        'enviar todas las filas, también las que ya envió una importación anterior',
      ),
    )
    .addHelpText('after', examples)
    .action(async (name: keyof typeof importSources, file: string, _own, command: Command) => {
      const { output, url, again } = optionsOf<ImportOptions>(command);
      const summary = await importFile(
        cli,
        { name, file, again: again === true },
        await exchangeUrl(cli, url),
      );
      await writeOne(
        cli,
        formatOf(cli, output),
        { source: importSources[name].title, file, ...summary },
        () => textOf(cli, summary),
      );
      sayDamaged(cli, summary);
      if (summary.refused > 0) {
        throw new CliError(
          'refused',
          t(
            `${summary.refused} of ${summary.rows} rows were refused, ${summary.kept} are in the exchange`,
            `${summary.refused} de ${summary.rows} filas fueron rechazadas, ${summary.kept} están en el intercambio`,
          ),
        );
      }
    });
}

function textOf(cli: Cli, { countries, rows, events, kept, refused }: ImportSummary): string {
  const total = { country: 'total', agency: '', rows, events, kept, refused };
  const table = tableOf(
    cli,
    [...countries, total],
    [
      { title: t('COUNTRY', 'PAÍS'), of: ({ country }) => country },
      { title: t('PUBLISHED BY', 'LO PUBLICA'), of: ({ agency }) => agency },
      { title: t('ROWS', 'FILAS'), of: (each) => each.rows, align: 'right' },
      { title: t('EVENTS', 'EVENTOS'), of: (each) => each.events, align: 'right' },
      { title: t('ROWS KEPT', 'FILAS GUARDADAS'), of: (each) => each.kept, align: 'right' },
      { title: t('ROWS REFUSED', 'FILAS RECHAZADAS'), of: (each) => each.refused, align: 'right' },
    ],
  );
  return `${table}\n${emphasis(cli, t(`${kept} of ${rows} rows are in the exchange`, `${kept} de ${rows} filas están en el intercambio`))}`;
}

/** Lines of one label that are named; the JSON output has all. */
const namedLines = 5;

function sayDamaged(cli: Cli, { damagedLabels }: ImportSummary): void {
  for (const [label, lines] of Object.entries(damagedLabels)) {
    const named = lines.slice(0, namedLines).join(', ') + (lines.length > namedLines ? ', ...' : '');
    const what =
      label === ''
        ? t(
            `a blank label was imported as ${JSON.stringify(blankLabel)}`,
            `una etiqueta vacía se importó como ${JSON.stringify(blankLabel)}`,
          )
        : t(
            `the damaged label ${JSON.stringify(plainText(label))} was imported as it is`,
            `la etiqueta dañada ${JSON.stringify(plainText(label))} se importó tal cual`,
          );
    cli.say(`${what}: ${lines.length === 1 ? t('line', 'línea') : t('lines', 'líneas')} ${named}`);
  }
}
