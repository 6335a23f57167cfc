import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requireEmbedded } from '../credentials.ts';
import { CliError } from '../exit-codes.ts';
import { DemoKeyError, rotateSigningKeys } from '../kit.ts';
import { helpText, t } from '../language.ts';
import { formatOf, writeOne } from '../output.ts';

const examples = helpText(
  `  $ puebla keys rotate`,
  `The new key is published at once and signs ten minutes later; nobody has to sign in again. What the old one has signed is good
until it ends, and the old one's file is removed by a rotation after that. A key that was stolen: stop the exchange, remove
its file from PUEBLA_HOME/keys, and start it again; all that it has signed is refused from then on.`,
  `La clave nueva se publica enseguida y firma diez minutos después; nadie tiene que iniciar sesión de nuevo. Lo que firmó la anterior
vale hasta que venza, y una rotación posterior quita su archivo. Si robaron una clave: detenga el intercambio, quite su archivo
de PUEBLA_HOME/keys, e inícielo de nuevo; desde entonces se rechaza todo lo que ella firmó.`,
);

/** `puebla keys rotate`: the next signing key of the embedded issuer. */
export function keysCommand(cli: Cli): Command {
  const keys = new Command('keys')
    .description(
      t('Keys that the embedded issuer signs tokens with.', 'Claves con que firma el emisor local.'),
    )
    .addHelpText('after', examples);
  keys
    .command('rotate')
    .description(t('Make the next signing key.', 'Crea la próxima clave de firma.'))
    .addHelpText('after', examples)
    .action(async (_own, command: Command) => {
      requireEmbedded(cli, t('signing keys are', 'las claves de firma son'));
      const { output } = optionsOf(command);
      const { kid, from } = await rotateSigningKeys(cli.config.home, Date.now()).catch(explain);
      const signsFrom = new Date(from).toISOString();
      await writeOne(cli, formatOf(cli, output), { kid, signsFrom }, () =>
        t(`key ${kid} signs from ${signsFrom}`, `la clave ${kid} firma desde ${signsFrom}`),
      );
    });
  return keys;
}

function explain(error: unknown): never {
  if (error instanceof DemoKeyError) throw new CliError('usage', error.message);
  throw error;
}
