import { agencies } from '@puebla/schemas';
import { Command, InvalidArgumentError } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { agenciesOfNow, demoTokens, requireTaken } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { defaultTokenSeconds, maxTokenSeconds } from '../kit.ts';
import { helpText, t } from '../language.ts';
import { formatOf, writeList, writeOne } from '../output.ts';

const examples = helpText(
  `  $ export PUEBLA_TOKEN=$(puebla token mx-fgr)
  $ curl -H "Authorization: Bearer $(puebla token gt-mp)" http://127.0.0.1:8080/v1/events
  $ puebla token mx-fgr --person focal
  $ puebla token --list`,
);

interface TokenOptions {
  readonly ttl: number;
  readonly list?: boolean;
  readonly person?: string;
}

/** `puebla token AGENCY`: a bearer token of an agency, or of a person in it, that takes part now. */
export function tokenCommand(cli: Cli): Command {
  return new Command('token')
    .description(
      t(
        'Print a short-lived bearer token of an agency (embedded exchange only).',
        'Da un token breve de una institución (solo intercambio local).',
      ),
    )
    .argument('[agency]', t('agency id, such as mx-fgr', 'id de una institución, como mx-fgr'))
    .option(
      '--ttl <seconds>',
      t(`life of the token, up to ${maxTokenSeconds}`, `vida del token, hasta ${maxTokenSeconds}`),
      seconds,
      defaultTokenSeconds,
    )
    .option(
      '--person <name>',
      t(
        'of a person in the agency: duty, releaser, focal to begin with',
        'de una persona de la institución: al comienzo duty, releaser, focal',
      ),
    )
    .option('--list', t('list the agencies of now instead', 'mostrar en su lugar las instituciones de hoy'))
    .addHelpText('after', examples)
    .action(async (id: string | undefined, _own, command: Command) => {
      const { output, url, ttl, list, person } = optionsOf<TokenOptions>(command);
      if (list === true) {
        const known = (await agenciesOfNow(cli, await exchangeUrl(cli, url))) ?? agencies;
        await writeList(cli, formatOf(cli, output), known, [
          { title: t('AGENCY', 'INSTITUCIÓN'), of: (agency) => agency.id },
          { title: t('PARTICIPANT', 'PARTICIPANTE'), of: (agency) => agency.participant },
          { title: t('NAME', 'NOMBRE'), of: (agency) => `${agency.name.es} / ${agency.name.en}` },
        ]);
        return;
      }
      if (id === undefined)
        throw new CliError(
          'usage',
          t(
            'which agency? puebla token AGENCY, or puebla token --list',
            '¿de qué institución? puebla token INSTITUCIÓN, o puebla token --list',
          ),
        );
      const who = person === undefined ? id : `${id}/${person}`;
      const token = await demoTokens(cli, who, ttl)();
      await requireTaken(cli, await exchangeUrl(cli, url), who, token);
      // The bare token also where the output is no terminal: that is what $(puebla token ...) needs.
      const expires = new Date(Date.now() + ttl * 1000).toISOString();
      await writeOne(
        cli,
        output ?? 'table',
        { agency: id, ...(person !== undefined && { person }), token, expires },
        () => token,
      );
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= maxTokenSeconds) return value;
  throw new InvalidArgumentError(
    t(
      `expected a number of seconds from 1 to ${maxTokenSeconds}`,
      `se espera un número de segundos de 1 a ${maxTokenSeconds}`,
    ),
  );
}
