import { participantOfAgency } from '@puebla/schemas';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { agenciesOfNow, noAgency, requireEmbedded } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { clientSecrets } from '../kit.ts';
import { helpText, t } from '../language.ts';
import { formatOf, writeOne } from '../output.ts';

const examples = helpText(
  `  $ puebla client mx-fgr
  $ curl -u "mx-fgr:$(puebla client mx-fgr -o json | jq -r .client_secret)" -d grant_type=client_credentials -d scope='publish read' \\
      http://127.0.0.1:8080/oidc/token`,
  `The secret speaks for the whole agency: give it to its system alone, and never by e-mail.`,
  `El secreto habla por toda la institución: déselo solo a su sistema, y nunca por correo electrónico.`,
);

/** `puebla client AGENCY`: what a system of an agency signs in with (OAuth 2.0 client credentials). */
export function clientCommand(cli: Cli): Command {
  return new Command('client')
    .description(
      t(
        "Print what an agency's system signs in with (embedded exchange only).",
        'Da las credenciales del sistema de una institución (solo intercambio local).',
      ),
    )
    .argument('<agency>', t('agency id, such as mx-fgr', 'id de una institución, como mx-fgr'))
    .addHelpText('after', examples)
    .action(async (id: string, _own, command: Command) => {
      requireEmbedded(cli, t('clients of the embedded issuer are', 'los clientes del emisor local son'));
      const { output, url } = optionsOf(command);
      if (participantOfAgency(id) === undefined) throw noAgency(id);
      const reached = await exchangeUrl(cli, url);
      const known = await agenciesOfNow(cli, reached);
      if (known?.some((agency) => agency.id === id) === false)
        throw new CliError(
          'notPermitted',
          t(
            `${id} takes no part now: its systems cannot sign in`,
            `${id} no participa ahora: sus sistemas no pueden iniciar sesión`,
          ),
        );
      const client = {
        client_id: id,
        client_secret: (await clientSecrets(cli.config.home))(id),
        token_endpoint: new URL('/oidc/token', cli.config.publicUrl ?? reached).href,
      };
      await writeOne(cli, formatOf(cli, output), client, () =>
        Object.entries(client)
          .map(([name, value]) => `${name}  ${value}`)
          .join('\n'),
      );
    });
}
