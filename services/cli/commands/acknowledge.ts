import { randomUUID } from 'node:crypto';
import type { Acknowledgement } from '@puebla/schemas';
import { Argument, Command, Option } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { eventPath } from '../event-address.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { asOption } from '../options.ts';
import { formatOf, writeOne } from '../output.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla acknowledge /v1/events/mx-fgr/3f9c1a52 RECEIVED --as gt-pgn
  $ puebla acknowledge mx-fgr/3f9c1a52 SEEN_HERE_TOO --observation "..." --language es --as gt-pgn`,
  `For the owner of the event and your own agency alone. You may answer again: your newest answer counts. Exit 3: there is no such event for you.`,
  `Solo para el dueño del evento y su propia institución. Puede responder de nuevo: cuenta su respuesta más nueva. Salida 3: no hay tal evento para usted.`,
);

const answers = [
  'RECEIVED',
  'SEEN_HERE_TOO',
  'ACTING',
  'NEED_MORE',
  'CANNOT_HELP',
] as const satisfies readonly Acknowledgement['answer'][];
const languages = ['es', 'en', 'fr'];

interface AcknowledgeOptions {
  readonly observation?: string;
  readonly language?: string;
  readonly id?: string;
  readonly as?: string;
}

/** `puebla acknowledge ADDRESS ANSWER`: answers an event. */
export function acknowledgeCommand(cli: Cli): Command {
  return new Command('acknowledge')
    .description(t('Answer an event that you have read.', 'Acusa un evento que ha leído.'))
    .argument('<address>', t('address of the event', 'dirección del evento'))
    .addArgument(new Argument('<answer>', t('what you answer', 'qué responde usted')).choices(answers))
    .option(
      '--observation <text>',
      t(
        'what was seen, is done or is needed, in your words',
        'qué se vio, se hace o se necesita, en sus palabras',
      ),
    )
    .addOption(
      new Option('--language <language>', t('of the observation', 'de la observación')).choices(languages),
    )
    .option(
      '--id <id>',
      t(
        'id of your answer; with the same one it is kept once',
        'id de su respuesta; con el mismo se guarda una sola vez',
      ),
    )
    .option(...asOption)
    .addHelpText('after', examples)
    .action(async (address: string, answer: string, _own, command: Command) => {
      const { output, url, observation, language, id, ...who } = optionsOf<AcknowledgeOptions>(command);
      if (observation !== undefined && language === undefined)
        throw new CliError(
          'usage',
          t(
            `say the language of the observation: --language ${languages.join('|')}`,
            `diga el idioma de la observación: --language ${languages.join('|')}`,
          ),
        );
      const data = {
        of: eventPath(address),
        answer,
        ...(observation !== undefined && { observation: { language, text: observation } }),
      };
      const event = { specversion: '1.0', id: id ?? randomUUID(), type: 'acknowledgement', data };
      const headers = {
        authorization: `Bearer ${await requiredCallerOf(cli, who)()}`,
        'content-type': 'application/cloudevents+json',
      };
      const init = { method: 'POST', headers, body: JSON.stringify(event) };
      const kept = await request(cli, new URL('/v1/events', await exchangeUrl(cli, url)), init);
      const receipt = (await kept.json()) as { address: string };
      await writeOne(
        cli,
        formatOf(cli, output),
        receipt,
        () => `${t('kept', 'guardado')}: ${receipt.address}`,
      );
    });
}
