import type { Preview } from '@puebla/schemas';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { eventsOfFiles } from '../event-files.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { asOption, filesArgument } from '../options.ts';
import { formatOf, openList } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla preview schemas/kinds/alert/example.json --as mx-fgr
  $ puebla preview case.json --as gt-mp/duty --output json`,
);

interface Previewed extends Preview {
  readonly file: string;
  readonly line: number;
}

/** `puebla preview FILE...`: who would read these events, without publishing them. */
export function previewCommand(cli: Cli): Command {
  return new Command('preview')
    .description(
      t(
        'Say who would read events, without publishing them.',
        'Dice quién leería los eventos, sin publicarlos.',
      ),
    )
    .argument(...filesArgument)
    .option(...asOption)
    .addHelpText('after', examples)
    .action(async (files: string[], _own, command: Command) => {
      const { output, url, ...who } = optionsOf<{ as?: string }>(command);
      const token = requiredCallerOf(cli, who);
      const address = new URL('/v1/events/preview', await exchangeUrl(cli, url));
      const list = openList<Previewed>(cli, formatOf(cli, output), textOf);
      for await (const { file, line, event, damage } of eventsOfFiles(cli, files)) {
        if (damage !== undefined) throw new CliError('refused', `${file}:${line} ${damage}`);
        const answer = await request(cli, address, {
          method: 'POST',
          headers: {
            'content-type': 'application/cloudevents+json',
            authorization: `Bearer ${await token()}`,
          },
          body: JSON.stringify(event),
        });
        // The exchange's own answer, of the same contract.
        await list.write({ file, line, ...((await answer.json()) as Preview) });
      }
      await list.end();
    });
}

function textOf({ file, line, agencies, participants, signer, warnings, ...preview }: Previewed): string {
  const readers = participants.map(
    ({ participant, status, agencies: ids }) => `${participant} (${status}): ${ids.join(', ')}`,
  );
  const head = `${file}:${line} ${agencies} ${t('agencies', 'instituciones')}${preview.public ? t(', and anybody who is not signed in', ', y cualquiera sin iniciar sesión') : ''}`;
  const warned = warnings.map(({ message }) => `! ${message}`);
  const signed =
    signer === null
      ? []
      : [t(`a releaser of ${signer} signs it first`, `antes lo firma un releaser de ${signer}`)];
  return [head, ...signed, ...readers, ...warned]
    .map((text, index) => `${index === 0 ? '' : '  '}${plainText(text)}`)
    .join('\n');
}
