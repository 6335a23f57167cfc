import { randomUUID } from 'node:crypto';
import { tlpMarkings } from '@puebla/schemas';
import { Command, Option } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { requiredCallerOf, type TokenSource } from '../credentials.ts';
import { eventsOfFiles, type FileEvent } from '../event-files.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { helpText, t } from '../language.ts';
import { asOption, filesArgument } from '../options.ts';
import { formatOf, openList } from '../output.ts';
import { publishOne } from '../publish-one.ts';
import { type Problem, problemText, requireAnswer } from '../request.ts';
import { type Outcome, upload } from '../upload.ts';

const examples = helpText(
  `  $ puebla publish schemas/kinds/alert/example.json --as mx-fgr
  $ puebla publish events.ndjson --as gt-mp --output ndjson > receipts.ndjson
  $ export-cases | PUEBLA_TOKEN=... puebla publish -
  $ puebla publish alert.json --confirm "the street is that of a public office" --as mx-fgr`,
  `A file holds a CloudEvent, an array of them, or one a line (NDJSON, of any length). Each event is answered with its
address and a receipt, from which "puebla tail --from-receipt" shows what follows. An event without an id gets one before it
is sent, so that a lost answer never makes two of it. An event whose text may say who somebody is (a name beside a role, a street address) is refused unless
it is confirmed with a reason; the audit keeps the reason, and no reader is shown it.`,
  `Un archivo contiene un CloudEvent, una lista de ellos, o uno por línea (NDJSON, de cualquier largo). Por cada evento se recibe su
dirección y un recibo, desde el cual "puebla tail --from-receipt" muestra lo que sigue. Un evento sin id recibe uno antes de enviarse,
para que una respuesta perdida nunca lo duplique. Un evento cuyo texto pueda decir quién es alguien (un nombre junto a un papel, una dirección) se rechaza
si no se confirma con un motivo; la auditoría guarda el motivo, y no se muestra a ningún lector.`,
);

/** What became of an event of a file. */
type Published =
  | {
      readonly file: string;
      readonly line: number;
      readonly status: 'kept';
      readonly id?: string;
      readonly address?: string;
      readonly receipt?: string;
    }
  | {
      readonly file: string;
      readonly line: number;
      /** For a second signature. */
      readonly status: 'waiting';
      readonly draft: string;
      readonly signer: string;
    }
  | { readonly file: string; readonly line: number; readonly status: 'refused'; readonly problem: Problem };

/** The bounds of a request: what is read and not yet answered is held in memory. */
const maxEvents = 4_000;
const maxChars = 8 * 1024 * 1024;

/** `puebla publish FILE...`: publishes events, and prints what each was answered. */
export function publishCommand(cli: Cli): Command {
  return new Command('publish')
    .description(t('Publish events from files or stdin.', 'Publica eventos de archivos o de stdin.'))
    .argument(...filesArgument)
    .option(...asOption)
    .addOption(
      new Option(
        '--tlp <marking>',
        t('handling of the events that do not say one', 'manejo de los eventos que no lo dicen'),
      ).choices(tlpMarkings),
    )
    .option(
      '--confirm <reason>',
      t(
        'why what is doubtful in the texts of these events may be said',
        'por qué puede decirse lo dudoso de los textos de estos eventos',
      ),
    )
    .addHelpText('after', examples)
    .action(async (files: string[], _own, command: Command) => {
      const { output, url, tlp, confirm, ...who } = optionsOf<PublishOptions>(command);
      const token = requiredCallerOf(cli, who);
      const base = await exchangeUrl(cli, url);
      await requireAnswer(cli, base);
      const list = openList<Published>(cli, formatOf(cli, output), lineOf);
      let kept = 0;
      let refused = 0;
      let waiting = 0;
      const unsaid = { ...(tlp && { tlp }), ...(confirm !== undefined && { confirmed: confirm }) };
      for await (const batch of batchesOf(eventsOfFiles(cli, files), unsaid)) {
        const sound = batch.filter(({ text }) => text !== undefined);
        const answered = await upload({
          url: base,
          token,
          lines: sound.map(({ text }) => text ?? ''),
          receipts: true,
          signal: cli.signal,
          onWait: (error, delayMs) =>
            cli.say(
              `${error.message}; ${t('trying again in', 'se intenta de nuevo en')} ${Math.ceil(delayMs / 1000)} s`,
            ),
        });
        const outcomes = new Map(sound.map((entry, index) => [entry, answered[index]]));
        for (const entry of batch) {
          const outcome = outcomes.get(entry);
          const result = isToBeSigned(outcome)
            ? await sendAlone(cli, base, token, entry)
            : publishedOf(entry, outcome);
          if (result.status === 'kept') kept += 1;
          else if (result.status === 'waiting') waiting += 1;
          else refused += 1;
          await list.write(result);
        }
      }
      await list.end();
      const waits =
        waiting === 0
          ? ''
          : t(
              `, ${waiting} waiting for a second signature (puebla drafts)`,
              `, ${waiting} a la espera de una segunda firma (puebla drafts)`,
            );
      cli.say(
        t(`${kept} kept, ${refused} refused${waits}`, `${kept} guardados, ${refused} rechazados${waits}`),
      );
      if (refused > 0)
        throw new CliError(
          'refused',
          t(
            `${refused} of ${kept + refused} events were refused`,
            `${refused} de ${kept + refused} eventos fueron rechazados`,
          ),
        );
    });
}

interface PublishOptions {
  readonly as?: string;
  readonly tlp?: string;
  readonly confirm?: string;
}

/** Attributes of the events that do not say them. */
interface Unsaid {
  readonly tlp?: string;
  readonly confirmed?: string;
}

interface Entry extends FileEvent {
  /** What is sent; absent where it is no JSON object. */
  readonly text?: string;
}

async function* batchesOf(events: AsyncIterable<FileEvent>, unsaid: Unsaid): AsyncGenerator<Entry[]> {
  let batch: Entry[] = [];
  let chars = 0;
  for await (const each of events) {
    const text = textOf(each.event, unsaid);
    batch.push({ ...each, ...(text !== undefined && { text }) });
    chars += text?.length ?? 0;
    if (batch.length < maxEvents && chars < maxChars) continue;
    yield batch;
    batch = [];
    chars = 0;
  }
  if (batch.length > 0) yield batch;
}

function textOf(event: unknown, unsaid: Unsaid): string | undefined {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return undefined;
  return JSON.stringify({ ...unsaid, id: randomUUID(), ...event });
}

/** What needs a second signature is not taken among others. */
function isToBeSigned(outcome: Outcome | undefined): boolean {
  return (
    outcome?.kept === false &&
    outcome.problem.violations?.some(({ rule }) => rule === 'signature/alone') === true
  );
}

async function sendAlone(
  cli: Cli,
  base: URL,
  token: TokenSource,
  { file, line, text }: Entry,
): Promise<Published> {
  const answer = await publishOne(cli, base, token, text ?? '');
  if ('draft' in answer) return { file, line, status: 'waiting', draft: answer.draft, signer: answer.signer };
  if (answer.due !== undefined)
    cli.say(
      t(
        `${answer.address}: a second person reviews it by ${answer.due}`,
        `${answer.address}: una segunda persona lo revisa a más tardar ${answer.due}`,
      ),
    );
  const { id, address, receipt } = answer;
  return { file, line, status: 'kept', id, address, receipt };
}

function publishedOf({ file, line, damage, text }: Entry, outcome: Outcome | undefined): Published {
  if (text === undefined) {
    return {
      file,
      line,
      status: 'refused',
      problem: { title: damage ?? t('an event is a JSON object', 'un evento es un objeto JSON') },
    };
  }
  if (outcome?.kept === true) {
    const { kept: _, ...receipt } = outcome;
    return { file, line, status: 'kept', ...receipt };
  }
  return {
    file,
    line,
    status: 'refused',
    problem: outcome?.problem ?? { title: t('its outcome is not known', 'no se sabe qué fue de él') },
  };
}

function lineOf(result: Published): string {
  if (result.status === 'kept') return `${t('kept   ', 'guardado ')}  ${result.address ?? result.id ?? ''}`;
  if (result.status === 'waiting')
    return t(
      `waiting  ${result.draft} for a releaser of ${result.signer}`,
      `en espera   ${result.draft}, de un releaser de ${result.signer}`,
    );
  return `${t('refused', 'rechazado')}  ${result.file}:${result.line} ${problemText(result.problem)}`;
}
