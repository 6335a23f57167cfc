import { type AuditEntry, auditedActs, auditParameters, parseAuditQuery } from '@puebla/schemas';
import { Command } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf } from '../credentials.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { linesOf } from '../lines.ts';
import { asOption } from '../options.ts';
import { formatOf, openList } from '../output.ts';
import { plainText } from '../plain-text.ts';
import { problemText, request } from '../request.ts';

const examples = helpText(
  `  $ puebla audit --as mx-fgr
  $ puebla audit --what read,delivered --from 2026-05-01 --as gt-mp --output ndjson
  $ puebla audit --what directory --as ts-office`,
  `Each participant sees its own entries, the Secretariat those of the directory too; oldest first. Commas mean "or".`,
  `Cada participante ve sus propias entradas, la Secretaría también las del directorio; las más antiguas primero. Las comas son "o".`,
);

const descriptions: Readonly<Record<(typeof auditParameters)[number], string>> = {
  what: auditedActs.join(', '),
  agency: t('who did it, or got it', 'quién lo hizo, o lo recibió'),
  event: t('address of an event', 'dirección de un evento'),
  from: t('not before this day or instant', 'no antes de este día o instante'),
  to: t('not after this day or instant', 'no después de este día o instante'),
};

type AuditOptions = Readonly<Record<(typeof auditParameters)[number], string | undefined>> & { as?: string };

/** `puebla audit`: who published, got, opened, was refused, changed the directory. */
export function auditCommand(cli: Cli): Command {
  const command = new Command('audit').description(
    t('Read the audit of your participant.', 'Lee la auditoría de su participante.'),
  );
  for (const name of auditParameters) command.option(`--${name} <values>`, descriptions[name]);
  return command
    .option(...asOption)
    .addHelpText('after', examples)
    .action(async (_own, self: Command) => {
      const { output, url, ...own } = optionsOf<AuditOptions>(self);
      const address = new URL('/v1/audit', await exchangeUrl(cli, url));
      for (const name of auditParameters) {
        const value = own[name];
        if (value !== undefined) address.searchParams.set(name, value);
      }
      const parsed = parseAuditQuery(address.searchParams);
      if (!parsed.ok)
        throw new CliError('usage', problemText({ violations: parsed.violations, title: 'audit' }));
      const token = await requiredCallerOf(cli, own)();
      const answer = await request(cli, address, { headers: { authorization: `Bearer ${token}` } });
      const list = openList<AuditEntry>(cli, formatOf(cli, output, true), lineOfEntry);
      for await (const { text } of linesOf(textOf(answer.body))) {
        if (text !== '') await list.write(JSON.parse(text));
      }
      await list.end();
    });
}

function lineOfEntry(entry: AuditEntry): string {
  const { time, what, agency, person, event, key, codes, rules, count, findings, reason } = entry;
  const who = person === undefined ? agency : `${agency}/${person}`;
  const refused =
    codes === undefined ? [] : [`${count} ${t('refused', 'rechazados')}:`, ...codes, ...(rules ?? [])];
  const confirmed = reason === undefined ? [] : [...(findings ?? []), JSON.stringify(reason)];
  return plainText([time, what, who, event ?? key ?? '', ...refused, ...confirmed].join(' '));
}

async function* textOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (body !== null) yield* body.pipeThrough(new TextDecoderStream());
}
