import { Command, CommanderError, Option } from 'commander';
import type { Cli } from './cli.ts';
import { commanderText, helpTexts } from './commander-texts.ts';
import { accessCommand } from './commands/access.ts';
import { acknowledgeCommand } from './commands/acknowledge.ts';
import { acknowledgementsCommand } from './commands/acknowledgements.ts';
import { auditCommand } from './commands/audit.ts';
import { clientCommand } from './commands/client.ts';
import { deadCommand } from './commands/dead.ts';
import { demoCommand } from './commands/demo.ts';
import { directoryCommand } from './commands/directory.ts';
import { doctorCommand } from './commands/doctor.ts';
import { draftsCommand } from './commands/drafts.ts';
import { getCommand } from './commands/get.ts';
import { importCommand } from './commands/import.ts';
import { keysCommand } from './commands/keys.ts';
import { kindsCommand } from './commands/kinds.ts';
import { previewCommand } from './commands/preview.ts';
import { publishCommand } from './commands/publish.ts';
import { rebuildCommand } from './commands/rebuild.ts';
import { recallCommand } from './commands/recall.ts';
import { statusCommand } from './commands/status.ts';
import { tailCommand } from './commands/tail.ts';
import { tokenCommand } from './commands/token.ts';
import { validateCommand } from './commands/validate.ts';
import { CliError, exitCodeOf, exitCodesText } from './exit-codes.ts';
import { helpText, t } from './language.ts';
import { outputFormats } from './output.ts';
import { plainText } from './plain-text.ts';

export type { Cli } from './cli.ts';

const output = t(
  `Output: data on stdout, everything else on stderr. Without --output: a table on a terminal; elsewhere JSON, and for tail,
which does not end, lines of JSON. Nothing to show is [] and no error. NO_COLOR is honoured.`,
  `Salida: los datos en stdout, todo lo demás en stderr. Sin --output: una tabla en un terminal; en otro caso JSON, y con tail,
que no termina, líneas de JSON. Si no hay nada que mostrar, [] y ningún error. Se respeta NO_COLOR.`,
);
const otherLanguage = t(
  'En español: LC_ALL=es_MX.UTF-8 puebla --help',
  'In English: LC_ALL=en_US.UTF-8 puebla --help',
);
const after = `
${output}

${t('Exit codes', 'Códigos de salida')}:
${exitCodesText()}
${helpText(
  `  $ puebla publish schemas/kinds/alert/example.json --as mx-fgr
  $ puebla import incidents tests/data/incidents.csv
  $ puebla tail --region CENTRAL_AMERICA --severity SEVERE --since earliest
  $ puebla doctor --output json`,
)}
${otherLanguage}
`;

/** The whole command line. */
export function createProgram(cli: Cli): Command {
  const program = new Command('puebla')
    .description(
      t(
        'Command line of the Puebla information exchange.',
        'Línea de comandos del intercambio de información Puebla.',
      ),
    )
    .addOption(
      new Option('-o, --output <format>', t('how data are written', 'cómo se escriben los datos')).choices(
        outputFormats,
      ),
    )
    .option(
      '--url <address>',
      t(
        'the exchange (default: the one that npm start runs)',
        'el intercambio (si falta: el que inició npm start)',
      ),
    )
    .addOption(
      new Option(
        '--token <token>',
        t(
          'bearer token; the variable keeps it off the process list',
          'token al portador; en la variable no aparece en la lista de procesos',
        ),
      ).env('PUEBLA_TOKEN'),
    )
    .addHelpText('after', after)
    .configureHelp(helpTexts)
    .helpOption('-h, --help', t('show this help', 'mostrar esta ayuda'))
    .helpCommand('help [command]', t('show the help of a command', 'mostrar la ayuda de un comando'))
    .configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      writeErr: (text) => cli.stderr.write(text),
      outputError: (text, write) => write(commanderText(text)),
    })
    .showHelpAfterError(whereHelpIs('puebla'))
    .exitOverride();
  const commands = [
    tokenCommand,
    clientCommand,
    keysCommand,
    previewCommand,
    publishCommand,
    draftsCommand,
    recallCommand,
    importCommand,
    demoCommand,
    tailCommand,
    getCommand,
    accessCommand,
    acknowledgeCommand,
    acknowledgementsCommand,
    auditCommand,
    directoryCommand,
    kindsCommand,
    validateCommand,
    rebuildCommand,
    deadCommand,
    statusCommand,
    doctorCommand,
  ];
  for (const create of commands) program.addCommand(inherit(create(cli), program));
  return program;
}

/** A command and those below it behave like the program when something is wrong. */
function inherit(command: Command, parent: Command, above = 'puebla'): Command {
  const name = `${above} ${command.name()}`;
  command.copyInheritedSettings(parent).showHelpAfterError(whereHelpIs(name));
  for (const child of command.commands) inherit(child, command, name);
  return command;
}

function whereHelpIs(name: string): string {
  return t(`(${name} --help says more)`, `(${name} --help dice más)`);
}

/**
 * Runs one command line.
 * @param args what follows the program's name
 * @returns the exit code; nothing is thrown
 */
export async function main(cli: Cli, args: readonly string[]): Promise<number> {
  try {
    await createProgram(cli).parseAsync([...args], { from: 'user' });
    return exitCodeOf('ok');
  } catch (error) {
    // Commander has said what it had to say: help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodeOf('ok') : exitCodeOf('usage');
    if (cli.signal.aborted) return exitCodeOf(cli.signal.reason === 'pipe' ? 'ok' : 'interrupted');
    if (error instanceof CliError) {
      cli.say(`puebla: ${error.message}`);
      return exitCodeOf(error.exit);
    }
    cli.say(`puebla: ${plainText(Error.isError(error) ? error.message : String(error))}`);
    return exitCodeOf('failed');
  }
}
