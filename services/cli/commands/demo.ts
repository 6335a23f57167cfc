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
import { formatOf, writeOne } from '../output.ts';
import { requireAnswer } from '../request.ts';

const examples = `
Examples:
  $ puebla demo
  $ puebla demo --live 60
  $ puebla demo --no-live --no-data

Fills the exchange that runs with published data and an exercise: alerts of a route over four countries, updated, acknowledged, taken back;
a repatriation and a referral, step by step; a practice, trainings, a decision. All that is invented begins with EJERCICIO or EXERCISE. Then
a new alert every few seconds, until Ctrl-C. The exercise is that of the day: playing it again adds nothing. An embedded exchange is needed.
`;

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
      'Fill a running exchange with published data and an exercise, then play live events. / Llena un intercambio con datos publicados y un ejercicio, y sigue con eventos en vivo.',
    )
    .addOption(
      new Option('--data <folder>', 'where incidents.csv and detections.csv are').default(
        publishedData,
        'tests/data',
      ),
    )
    .option('--no-data', 'the exercise alone')
    .addOption(
      new Option('--live <seconds>', 'end the live events after so long')
        .default(true, 'until Ctrl-C')
        .argParser(seconds),
    )
    .option('--no-live', 'no live events')
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
        () => `${sum.kept} kept, ${sum.refused} refused; look at ${stage.url.origin}/`,
      );
      if (sum.refused > 0) throw new CliError('refused', `${sum.refused} were refused: see above`);
    });
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a number of seconds, from 1');
}

const total = (parts: readonly Sum[], of: keyof Sum): number =>
  parts.reduce((sum, part) => sum + part[of], 0);

type Imported = Pick<ImportSummary, 'rows' | 'kept' | 'refused'> & { readonly source: string };

async function importAll({ cli, url }: Stage, folder: string): Promise<Imported[]> {
  const done: Imported[] = [];
  for (const name of ['incidents', 'detections'] as const) {
    const { title } = importSources[name];
    cli.say(`published data: ${title}`);
    const { rows, kept, refused } = await importFile(
      cli,
      { name, file: join(folder, `${name}.csv`), again: false },
      url,
    );
    cli.say(`  ${kept} of ${rows} rows are in the exchange`);
    done.push({ source: title, rows, kept, refused });
  }
  return done;
}

async function playExercise(stage: Stage): Promise<Played[]> {
  const scenes = exerciseOf(new Date().toISOString().slice(0, 10));
  const done: Played[] = [];
  for (const [i, scene] of scenes.entries()) {
    stage.cli.say(`exercise ${i + 1} of ${scenes.length}: ${scene.title}`);
    const played = await play(stage, scene);
    const waits = played.waiting === 0 ? '' : `, ${played.waiting} of them waiting for a second signature`;
    stage.cli.say(`  ${played.kept} of ${played.acts} are in the exchange${waits}`);
    done.push(played);
  }
  return done;
}

/** One event after the other; Ctrl-C ends it as it is meant to end. */
async function playLive(stage: Stage, forSeconds: number | undefined): Promise<Sum> {
  const { cli } = stage;
  cli.say(forSeconds === undefined ? 'live events, until Ctrl-C' : `live events, for ${forSeconds} s`);
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
