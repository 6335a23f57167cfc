import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cli } from './cli.ts';
import { CliError } from './exit-codes.ts';
import { t } from './language.ts';

/** What `npm start` notes about itself in PUEBLA_HOME/run/exchange.json while it runs. */
export interface RunningExchange {
  readonly addresses: { readonly gateway: string; readonly kafka: string; readonly registry: string };
  readonly versions: Readonly<Record<string, string>>;
  readonly pid: number;
}

export const exchangeFileOf = (home: string): string => join(home, 'run', 'exchange.json');

/** The note, or undefined when there is none: nothing was started with this PUEBLA_HOME, or it was stopped cleanly. */
export async function runningExchange(home: string): Promise<RunningExchange | undefined> {
  const file = exchangeFileOf(home);
  let note: Partial<RunningExchange>;
  try {
    note = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new CliError(
      'failed',
      t(
        `${file} cannot be read: start the exchange again, and it is written anew`,
        `no se puede leer ${file}: inicie el intercambio de nuevo, y se escribe otra vez`,
      ),
      {
        cause: error,
      },
    );
  }
  const { addresses, versions = {}, pid = 0 } = note;
  if (typeof addresses?.gateway !== 'string') {
    throw new CliError(
      'failed',
      t(
        `${file} does not say where the exchange is: start it again, and it is written anew`,
        `${file} no dice dónde está el intercambio: inícielo de nuevo, y se escribe otra vez`,
      ),
    );
  }
  return { addresses, versions, pid };
}

/** Where the exchange is: as told by --url, as noted by the one that runs, or where it would run. */
export async function exchangeUrl(cli: Cli, asked: string | undefined): Promise<URL> {
  if (asked !== undefined) {
    if (!/^https?:\/\//.test(asked) || !URL.canParse(asked)) {
      throw new CliError(
        'usage',
        t(
          `--url is ${JSON.stringify(asked)}, expected an address such as http://127.0.0.1:8080`,
          `--url es ${JSON.stringify(asked)}, se espera una dirección como http://127.0.0.1:8080`,
        ),
      );
    }
    return new URL(asked);
  }
  const running = await runningExchange(cli.config.home);
  return new URL(running?.addresses.gateway ?? configuredUrl(cli));
}

/** A server that listens everywhere is reached here at the loopback address. */
function configuredUrl({ config: { host, port } }: Cli): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
