import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Cli, optionsOf } from '../cli.ts';
import { everybodysTokens } from '../credentials.ts';
import { exerciseOf } from '../demo/exercise.ts';
import { liveAct } from '../demo/live.ts';
import { type Played, play, type Stage } from '../demo/play.ts';
import { exchangeUrl } from '../exchange.ts';
import { CliError } from '../exit-codes.ts';
import { importFile } from '../import/import-file.ts';
import { importSources } from '../import/sources.ts';
import type { ImportSummary } from '../import/tally.ts';
import { helpText, t } from '../language.ts';
import { formatOf, writeOne } from '../output.ts';
import { requireAnswer } from '../request.ts';

const examples = helpText(
  `  $ puebla demo
  $ puebla demo --live 60
  $ puebla demo --no-live --no-data`,
  `Fills the exchange that runs with published data and an exercise: alerts of a route over four countries, updated, acknowledged, taken back;
a repatriation and a referral, step by step; a practice, trainings, a decision. All that is invented begins with EJERCICIO or EXERCISE. Then
a new alert every few seconds, until Ctrl-C. The exercise is that of the day: playing it again adds nothing. An embedded exchange is needed.`,
  `Llena el intercambio que funciona con datos publicados y un ejercicio: alertas de una ruta por cuatro países, actualizadas, con acuse, retiradas;
una repatriación y una remisión, paso a paso; una práctica, capacitaciones, una decisión. Todo lo inventado empieza con EJERCICIO o EXERCISE. Después,
una alerta nueva cada pocos segundos, hasta Ctrl-C. El ejercicio es el del día: repetirlo no añade nada. Hace falta un intercambio local.`,
);

const publishedData = resolve(import.meta.dirname, '../../../tests/data');
const liveEveryMs = 4_000;

interface DemoOptions {
  readonly data: string | false;
  /** Seconds; true: until Ctrl-C. */
  readonly live: number | boolean;
}

interface Sum {
  readonly kept: number;
  readonly refused: number;
}

/** `puebla demo`: fills a running exchange, so that a newcomer sees all of it. */
export function demoCommand(cli: Cli): Command {
  return new Command('demo')
    .description(
      t(
        'Fill a running exchange with published data and an exercise, then play live events.',
        'Llena un intercambio con datos publicados y un ejercicio, y sigue con eventos en vivo.',
      ),
    )
    .addOption(
      new Option(
        '--data <folder>',
        t('where incidents.csv and detections.csv are', 'dónde están incidents.csv y detections.csv'),
      ).default(publishedData, 'tests/data'),
    )
    .option('--no-data', t('the exercise alone', 'solo el ejercicio'))
    .addOption(
      new Option(
        '--live <seconds>',
        t('end the live events after so long', 'terminar los eventos en vivo tras este tiempo'),
      )
        .default(true, t('until Ctrl-C', 'hasta Ctrl-C'))
        .argParser(seconds),
    )
    .option('--no-live', t('no live events', 'sin eventos en vivo'))
    .addHelpText('after', examples)
    .action(async (_own, command: Command) => {
      const { output, url, data, live } = optionsOf<DemoOptions>(command);
      const stage: Stage = { cli, url: await exchangeUrl(cli, url), tokenOf: everybodysTokens(cli) };
      // Says at once that there is no embedded exchange to play in.
      stage.tokenOf('ts-office');
      await requireAnswer(cli, stage.url);
      const imported = data === false ? [] : await importAll(stage, data);
      const exercise = await playExercise(stage);
      const played = live === false ? undefined : await playLive(stage, live === true ? undefined : live);
      const parts = [...imported, ...exercise, ...(played === undefined ? [] : [played])];
      const sum = { kept: total(parts, 'kept'), refused: total(parts, 'refused') };
      await writeOne(
        cli,
        formatOf(cli, output),
        { ...sum, imported, exercise, ...(played && { live: played }) },
        () =>
          t(
            `${sum.kept} kept, ${sum.refused} refused; look at ${stage.url.origin}/`,
            `${sum.kept} guardados, ${sum.refused} rechazados; mire ${stage.url.origin}/`,
          ),
      );
      if (sum.refused > 0)
        throw new CliError(
          'refused',
          t(`${sum.refused} were refused: see above`, `${sum.refused} fueron rechazados: vea arriba`),
        );
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError(
    t('expected a number of seconds, from 1', 'se espera un número de segundos, desde 1'),
  );
}

const total = (parts: readonly Sum[], of: keyof Sum): number =>
  parts.reduce((sum, part) => sum + part[of], 0);

type Imported = Pick<ImportSummary, 'rows' | 'kept' | 'refused'> & { readonly source: string };

async function importAll({ cli, url }: Stage, folder: string): Promise<Imported[]> {
  const done: Imported[] = [];
  for (const name of ['incidents', 'detections'] as const) {
    const { title } = importSources[name];
    cli.say(`${t('published data', 'datos publicados')}: ${title}`);
    const { rows, kept, refused } = await importFile(
      cli,
      { name, file: join(folder, `${name}.csv`), again: false },
      url,
    );
    cli.say(
      t(
        `  ${kept} of ${rows} rows are in the exchange`,
        `  ${kept} de ${rows} filas están en el intercambio`,
      ),
    );
    done.push({ source: title, rows, kept, refused });
  }
  return done;
}

async function playExercise(stage: Stage): Promise<Played[]> {
  const scenes = exerciseOf(new Date().toISOString().slice(0, 10));
  const done: Played[] = [];
  for (const [i, scene] of scenes.entries()) {
    stage.cli.say(
      t(
        `exercise ${i + 1} of ${scenes.length}: ${scene.title}`,
        `ejercicio ${i + 1} de ${scenes.length}: ${scene.title}`,
      ),
    );
    const played = await play(stage, scene);
    const waits =
      played.waiting === 0
        ? ''
        : t(
            `, ${played.waiting} of them waiting for a second signature`,
            `, ${played.waiting} de ellos a la espera de una segunda firma`,
          );
    stage.cli.say(
      t(
        `  ${played.kept} of ${played.acts} are in the exchange${waits}`,
        `  ${played.kept} de ${played.acts} están en el intercambio${waits}`,
      ),
    );
    done.push(played);
  }
  return done;
}

/** One event after the other; Ctrl-C ends it as it is meant to end. */
async function playLive(stage: Stage, forSeconds: number | undefined): Promise<Sum> {
  const { cli } = stage;
  cli.say(
    forSeconds === undefined
      ? t('live events, until Ctrl-C', 'eventos en vivo, hasta Ctrl-C')
      : t(`live events, for ${forSeconds} s`, `eventos en vivo, por ${forSeconds} s`),
  );
  const ending = AbortSignal.any([
    cli.signal,
    ...(forSeconds === undefined ? [] : [AbortSignal.timeout(forSeconds * 1_000)]),
  ]);
  const sum = { kept: 0, refused: 0 };
  for (let nth = 0; !ending.aborted; nth += 1) {
    const act = liveAct(nth, new Date());
    const name = `${act.event.source}/${act.event.id}`;
    try {
      const { kept, refused } = await play(stage, { title: name, acts: [act] });
      sum.kept += kept;
      sum.refused += refused;
      if (kept > 0) cli.say(`  ${name}`);
    } catch (error) {
      if (!cli.signal.aborted) throw error;
    }
    // It rejects when it is to end, and that is asked next.
    await sleep(liveEveryMs, undefined, { signal: ending }).catch(() => {});
  }
  return sum;
}
