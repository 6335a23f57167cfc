import {
  calmText,
  type ExchangeStatus,
  type ParticipantFreshness,
  participantOf,
  troubleText,
} from '@puebla/schemas';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { callerOf } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { helpText, type Language, language, t } from '../language.ts';
import { asOption } from '../options.ts';
import { emphasis, formatOf, tableOf, writeOne } from '../output.ts';
import { request } from '../request.ts';

const examples = helpText(
  `  $ puebla status
  $ puebla status --as ts-office
  $ puebla status --output json | jq .troubles`,
  `Whether every country is heard, every feed fresh, anything stuck; the JSON has all of it. On the exchange's own machine it needs no token;
from elsewhere it is told to operators and to the Technical Secretariat.`,
  `Si se oye a cada país, si cada flujo está al día y si algo está detenido; el JSON lo tiene todo. En la máquina del intercambio no hace falta
un token; desde otras se dice a operadores y a la Secretaría Técnica.`,
);

/** The texts of the table, in the language of the person's system. */
const texts = {
  participant: { es: 'PARTICIPANTE', en: 'PARTICIPANT' },
  verdict: { es: 'ESTADO', en: 'STATE' },
  heard: { es: 'OÍDO', en: 'HEARD' },
  habit: { es: 'SUELE CALLAR', en: 'USUALLY SILENT' },
  FRESH: { es: 'al día', en: 'fresh' },
  SILENT: { es: 'EN SILENCIO', en: 'SILENT' },
  NOT_JUDGED: { es: 'aún no se juzga', en: 'not judged yet' },
  DECLARED_OUTAGE: { es: 'interrupción declarada', en: 'declared outage' },
  service: { es: 'SERVICIO', en: 'SERVICE' },
  rate: { es: 'POR SEGUNDO', en: 'PER SECOND' },
  lagRecords: { es: 'RETRASO, REGISTROS', en: 'LAG, RECORDS' },
  lagSeconds: { es: 'RETRASO, S', en: 'LAG, S' },
  part: { es: 'PARTE', en: 'PART' },
  version: { es: 'VERSIÓN', en: 'VERSION' },
  OK: { es: 'bien', en: 'ok' },
  FAILED: { es: 'MAL', en: 'FAILED' },
  UNKNOWN: { es: 'no se sabe', en: 'unknown' },
  streams: { es: 'Suscriptores', en: 'Subscribers' },
  dead: { es: 'Cartas muertas', en: 'Dead letters' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

/** `puebla status`: how the exchange is. */
export function statusCommand(cli: Cli): Command {
  return new Command('status')
    .description(
      t(
        'Say whether every country is heard, and whether anything is stuck.',
        'Dice si se oye a cada país y si algo está detenido.',
      ),
    )
    .option(...asOption)
    .addHelpText('after', examples)
    .action(async (_own, command: Command) => {
      const { output, url, ...who } = optionsOf<{ as?: string }>(command);
      const address = new URL('/v1/status', await exchangeUrl(cli, url));
      const caller = callerOf(cli, who);
      const headers = caller === undefined ? {} : { authorization: `Bearer ${await caller()}` };
      const status = (await (await request(cli, address, { headers })).json()) as ExchangeStatus;
      await writeOne(cli, formatOf(cli, output), status, () => textOf(cli, status));
    });
}

function textOf(cli: Cli, status: ExchangeStatus): string {
  const say = (key: keyof typeof texts): string => texts[key][language];
  const { troubles, participants, services, parts, streams, dead } = status;
  const open = dead?.reduce((sum, one) => sum + one.open, 0) ?? '?';
  return [
    ...(troubles.length === 0 ? [emphasis(cli, `${calmText(status)[language]}.`)] : []),
    ...troubles.map((trouble) => emphasis(cli, `! ${troubleText(trouble)[language]}`)),
    '',
    tableOf(cli, participants ?? [], [
      { title: say('participant'), of: (one) => nameOf(one) },
      { title: say('verdict'), of: ({ verdict }) => say(verdict) },
      { title: say('heard'), of: ({ heard }) => heard ?? '-' },
      {
        title: say('habit'),
        of: ({ habit }) => (habit === 'NOT_JUDGED' ? '-' : `${habit.hours} h`),
        align: 'right',
      },
    ]),
    '',
    tableOf(cli, services, [
      { title: say('service'), of: ({ service }) => service },
      { title: say('rate'), of: ({ perSecond }) => perSecond ?? '-', align: 'right' },
      { title: say('lagRecords'), of: ({ lagRecords }) => lagRecords ?? '-', align: 'right' },
      { title: say('lagSeconds'), of: ({ lagSeconds }) => lagSeconds ?? '-', align: 'right' },
    ]),
    '',
    tableOf(cli, parts, [
      { title: say('part'), of: ({ part }) => part },
      { title: say('verdict'), of: ({ state }) => say(state) },
      { title: say('version'), of: ({ version }) => version ?? '-' },
    ]),
    '',
    `${say('streams')}: ${streams?.subscribers ?? '?'}  ${say('dead')}: ${open}`,
  ].join('\n');
}

function nameOf({ participant }: ParticipantFreshness): string {
  return participantOf(participant)?.name[language] ?? participant;
}
