import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import {
  type DoctorCheck,
  gatewayChecks,
  kafkaCheck,
  processCheck,
  registryCheck,
} from '../doctor-checks.ts';
import { exchangeFileOf, exchangeUrl, type RunningExchange, runningExchange } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { emphasis, formatOf, tableOf, writeOne } from '../output.ts';

const examples = helpText(
  `  $ puebla doctor
  $ puebla doctor --output json
  $ kcat -b "$(puebla doctor --output json | jq -r .addresses.kafka)" -L`,
  `Says what runs, in which version, and what is wrong with it. The JSON has addresses.gateway, addresses.kafka and
addresses.registry (base of its Confluent-compatible API). Exit code 0 when all is well, 1 when something is not, 4 when
nothing runs.`,
  `Dice qué funciona, en qué versión y qué está mal. El JSON tiene addresses.gateway, addresses.kafka y
addresses.registry (base de su API compatible con Confluent). Código de salida 0 si todo está bien, 1 si algo no lo está, 4 si
nada funciona.`,
);

/** What doctor found out. */
interface Diagnosis {
  readonly ok: boolean;
  readonly addresses: Partial<RunningExchange['addresses']>;
  readonly versions: Readonly<Record<string, string>>;
  readonly pid: number | null;
  readonly home: string;
  readonly checks: readonly DoctorCheck[];
}

/** `puebla doctor`: what runs, in which version, and what is wrong with it. */
export function doctorCommand(cli: Cli): Command {
  return new Command('doctor')
    .description(
      t(
        'Say what runs, in which version, and what is wrong with it.',
        'Dice qué funciona, en qué versión y qué está mal.',
      ),
    )
    .addHelpText('after', examples)
    .action(async (_own, command: Command) => {
      const { output, url } = optionsOf(command);
      const found = await diagnose(cli, url);
      await writeOne(cli, formatOf(cli, output), found, () => textOf(cli, found));
      if (found.ok) return;
      const failed = found.checks.filter(({ ok }) => !ok);
      for (const { name, detail, advice } of failed)
        cli.say(`${name}: ${detail}${advice ? `; ${advice}` : ''}`);
      const nothingRuns = found.checks.every(({ ok }) => !ok);
      throw new CliError(
        nothingRuns ? 'unreachable' : 'failed',
        t(
          `${failed.length} of ${found.checks.length} checks failed`,
          `${failed.length} de ${found.checks.length} pruebas fallaron`,
        ),
      );
    });
}

async function diagnose(cli: Cli, asked: string | undefined): Promise<Diagnosis> {
  const running = asked === undefined ? await runningExchange(cli.config.home) : undefined;
  const gateway = await exchangeUrl(cli, asked);
  const checks = await Promise.all([
    ...(asked === undefined ? [processCheck(running, exchangeFileOf(cli.config.home))] : []),
    gatewayChecks(cli, gateway),
    ...(running === undefined
      ? []
      : [registryCheck(cli, running.addresses.registry), kafkaCheck(running.addresses.kafka)]),
  ]);
  const all = checks.flat();
  return {
    ok: all.every(({ ok }) => ok),
    addresses: running?.addresses ?? { gateway: gateway.origin },
    versions: { ...running?.versions, node: process.versions.node },
    pid: running?.pid ?? null,
    home: cli.config.home,
    checks: all,
  };
}

function textOf(cli: Cli, { ok, addresses, versions, checks, home }: Diagnosis): string {
  const pairs = (title: string, record: Readonly<Record<string, string>>): string[] => [
    emphasis(cli, title),
    ...Object.entries(record).map(([name, value]) => `  ${name.padEnd(12)} ${value}`),
  ];
  return [
    tableOf(cli, checks, [
      { title: t('CHECK', 'PRUEBA'), of: ({ name }) => name },
      { title: t('STATE', 'ESTADO'), of: (check) => (check.ok ? t('ok', 'bien') : t('FAILED', 'MAL')) },
      {
        title: t('DETAIL', 'DETALLE'),
        of: ({ detail, advice }) => (advice ? `${detail}; ${advice}` : detail),
      },
    ]),
    ...pairs(t('ADDRESSES', 'DIRECCIONES'), addresses),
    ...pairs(t('VERSIONS', 'VERSIONES'), versions),
    `  ${t('home', 'carpeta').padEnd(12)} ${home}`,
    emphasis(cli, ok ? t('All is well.', 'Todo está bien.') : t('Something is wrong.', 'Algo está mal.')),
  ].join('\n');
}
