import { lapsed, unconfirmed, type Violation, validateEvent } from '@puebla/schemas';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { eventsOfFiles } from '../event-files.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { filesArgument } from '../options.ts';
import { formatOf, openList } from '../output.ts';
import { plainText, someOf } from '../plain-text.ts';

const examples = helpText(
  `  $ puebla validate schemas/kinds/alert/example.json
  $ puebla validate events.ndjson --output ndjson
  $ generate-events | puebla validate -`,
  `Prints what is wrong, each with the JSON pointer of its field and the rule; [] when all is well. Works without an exchange.`,
  `Muestra lo que está mal, con el puntero JSON de su campo y la regla; [] si todo está bien. Funciona sin intercambio.`,
);

interface Finding extends Violation {
  readonly file: string;
  readonly line: number;
  readonly event: number;
}

/** `puebla validate FILE...`: holds events against the contract, offline. */
export function validateCommand(cli: Cli): Command {
  return new Command('validate')
    .description(
      t(
        'Hold events against the contract, without an exchange.',
        'Compara eventos con el contrato, sin intercambio.',
      ),
    )
    .argument(...filesArgument)
    .addHelpText('after', examples)
    .action(async (files: string[], _own, command: Command) => {
      const format = formatOf(cli, optionsOf(command).output);
      const list = openList<Finding>(cli, format, lineOf);
      let events = 0;
      let wrong = 0;
      for await (const { file, line, ordinal, event, damage } of eventsOfFiles(cli, files)) {
        events += 1;
        const violations =
          damage === undefined ? violationsOf(event) : [{ pointer: '', rule: 'json', message: damage }];
        if (violations.length > 0) wrong += 1;
        for (const violation of violations) await list.write({ file, line, event: ordinal, ...violation });
      }
      await list.end();
      cli.say(t(`${events} events, ${wrong} wrong`, `${events} eventos, ${wrong} con errores`));
      if (wrong > 0)
        throw new CliError(
          'refused',
          t(
            `${wrong} of ${events} events break the contract`,
            `${wrong} de ${events} eventos no cumplen el contrato`,
          ),
        );
    });
}

function violationsOf(event: unknown): readonly Violation[] {
  const validation = validateEvent(event);
  if (!validation.ok) return validation.violations;
  return [...lapsed(validation.event, Date.now()), ...unconfirmed(validation.event)];
}

function lineOf({ file, line, event, pointer, rule, message, allowed }: Finding): string {
  const hint = allowed === undefined || allowed.length === 0 ? '' : ` [${someOf(allowed)}]`;
  return plainText(
    `${file}:${line} ${t('event', 'evento')} ${event} ${pointer || '/'} ${rule}: ${message}${hint}`,
  );
}
