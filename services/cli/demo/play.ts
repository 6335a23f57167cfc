import type { RecallStatus } from '@puebla/schemas';
import type { Cli } from '../cli.ts';
import type { TokenSource } from '../credentials.ts';
import { t } from '../language.ts';
import { publishOne, type Taken } from '../publish-one.ts';
import { RefusedRequest, request } from '../request.ts';
import { retrying } from '../retry.ts';
import type { Act, Publication, Scene, Statement } from './act.ts';

/** What became of the acts of a scene. */
export interface Played {
  readonly scene: string;
  readonly acts: number;
  /** In the exchange, by now or from before. */
  readonly kept: number;
  /** Of those, what waits for a second signature. */
  readonly waiting: number;
  /** What follows a refused act is not tried. */
  readonly refused: number;
}

/** Where it is played. */
export interface Stage {
  readonly cli: Cli;
  readonly url: URL;
  readonly tokenOf: (who: string) => TokenSource;
}

/** Gone: what was taken back. */
type Became = 'kept' | 'waiting' | 'gone';

/** Plays a scene; one that was played before changes nothing. Throws CliError where nothing answers. */
export async function play(stage: Stage, { title, acts }: Scene): Promise<Played> {
  const done = { scene: title, acts: acts.length, kept: 0, waiting: 0, refused: 0 };
  let isGone = false;
  for (const act of acts) {
    // What is taken back stays so, with all of its thread.
    const became: Became | RefusedRequest =
      isGone && act.does === 'publish' ? 'gone' : await perform(stage, act).catch(refusalOf);
    if (became instanceof RefusedRequest) {
      stage.cli.say(`${t('refused', 'rechazado')}: ${nameOf(act)}: ${became.message}`);
      return { ...done, refused: acts.length - done.kept };
    }
    isGone ||= became === 'gone';
    done.kept += 1;
    if (became === 'waiting') done.waiting += 1;
  }
  return done;
}

/** Throws what is no refusal again. */
function refusalOf(error: unknown): Became | RefusedRequest {
  if (!(error instanceof RefusedRequest) || ['unreachable', 'failed'].includes(error.exit)) throw error;
  return error.problem.code === 'recalled' ? 'gone' : error;
}

function nameOf(act: Act): string {
  return act.does === 'publish' ? `${act.event.source}/${act.event.id}` : `${act.as} of ${act.of}`;
}

async function perform(stage: Stage, act: Act): Promise<Became> {
  if (act.does === 'state') {
    if (!(await hasStated(stage, act))) await send(stage, act.as, statementPath(act.of), act.statement);
    return 'kept';
  }
  const taken = await publish(stage, act);
  if (!('draft' in taken)) return 'kept';
  if (act.signedBy === undefined) return 'waiting';
  await send(stage, act.signedBy, `${taken.draft}/sign`, {});
  return 'kept';
}

const statementPath = (of: string): string => `${of.replace('/events/', '/recalls/')}/statement`;

/** What was stated before stays, also where a person has stated something else. */
async function hasStated(stage: Stage, { as, of }: Statement): Promise<boolean> {
  const { items } = (await send(stage, as, '/v1/recalls')) as { items: readonly RecallStatus[] };
  const recall = items.find(({ address }) => address === of);
  return recall?.asked.some(({ stated }) => stated !== null) === true;
}

/** No answer is waited for longer. */
const answerWithinMs = 10_000;
/** About half a minute. */
const retries = 8;

/** Publishes what an act says; again while the exchange, or the library behind it, is busy. */
function publish({ cli, url, tokenOf }: Stage, { as, event }: Publication): Promise<Taken> {
  return again(cli, (signal) => publishOne(cli, url, tokenOf(as), JSON.stringify(event), signal));
}

/** Without a body it asks. */
function send({ cli, url, tokenOf }: Stage, as: string, path: string, body?: object): Promise<unknown> {
  return again(cli, async (signal) => {
    const headers = { authorization: `Bearer ${await tokenOf(as)()}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return (await request(cli, new URL(path, url), { ...sent, headers, signal })).json();
  });
}

function again<Result>(cli: Cli, attempt: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  return retrying(() => attempt(AbortSignal.any([cli.signal, AbortSignal.timeout(answerWithinMs)])), {
    retries,
    signal: cli.signal,
    onWait: (error, delayMs) =>
      cli.say(
        `${error.message}; ${t('trying again in', 'se intenta de nuevo en')} ${Math.ceil(delayMs / 1000)} s`,
      ),
  });
}
