import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requireEmbedded } from '../credentials.ts';
import { CliError } from '../exit-codes.ts';
import { DemoKeyError, rotateSigningKeys } from '../kit.ts';
import { formatOf, writeOne } from '../output.ts';

const examples = `
Examples:
  $ puebla keys rotate

The new key is published at once and signs ten minutes later; nobody has to sign in again. What the old one has signed is good
until it ends, and the old one's file is removed by a rotation after that. A key that was stolen: stop the exchange, remove
its file from PUEBLA_HOME/keys, and start it again; all that it has signed is refused from then on.
`;

/** `puebla keys rotate`: the next signing key of the embedded issuer. */
export function keysCommand(cli: Cli): Command {
  const keys = new Command('keys')
    .description('Keys that the embedded issuer signs tokens with. / Claves con que firma el emisor local.')
    .addHelpText('after', examples);
  keys
    .command('rotate')
    .description('Make the next signing key. / Crea la próxima clave de firma.')
    .addHelpText('after', examples)
    .action(async (_own, command: Command) => {
      requireEmbedded(cli, 'signing keys are');
      const { output } = optionsOf(command);
      const { kid, from } = await rotateSigningKeys(cli.config.home, Date.now()).catch(explain);
      const signsFrom = new Date(from).toISOString();
      await writeOne(
        cli,
        formatOf(cli, output),
        { kid, signsFrom },
        () => `key ${kid} signs from ${signsFrom}`,
      );
    });
  return keys;
}

function explain(error: unknown): never {
  if (error instanceof DemoKeyError) throw new CliError('usage', error.message);
  throw error;
}
