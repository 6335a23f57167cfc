import { randomUUID } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RecallStatus } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture } from '../../services/cli/capture.ts';
import { everybodysTokens } from '../../services/cli/credentials.ts';
import type { Act } from '../../services/cli/demo/act.ts';
import { exerciseOf } from '../../services/cli/demo/exercise.ts';
import { play } from '../../services/cli/demo/play.ts';
import { main } from '../../services/cli/index.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { whenApplied } from '../http/ask.ts';
import { headersOf } from '../stream/ways-out.ts';
import { runCommand } from './puebla.ts';

/** The demonstration as a newcomer plays it, with a few rows of the published data. */

const published = resolve(import.meta.dirname, '../data');
const rowsOfEach = 12;

let exchange: TestExchange;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puebla-demo-'));
  exchange = await startTestExchange();
  for (const name of ['incidents.csv', 'detections.csv']) {
    const lines = (await readFile(join(published, name), 'utf8')).split('\n');
    await writeFile(join(folder, name), lines.slice(0, 1 + rowsOfEach).join('\n'));
  }
});
afterAll(async () => {
  await exchange.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: readonly string[]) => runCommand(exchange, args);

const day = new Date().toISOString().slice(0, 10);
const scenes = exerciseOf(day);
const counted = { kept: scenes.flatMap(({ acts }) => acts).length + 2 * rowsOfEach, refused: 0 };
const named = (agency: string, name: string) => `${agency}/ejercicio-${day}-${name}`;

async function told<Answer>(who: string, path: string): Promise<Answer> {
  const headers = headersOf(await exchange.token(who));
  const answer = await whenApplied(() => fetch(`${exchange.url}${path}`, { headers }));
  expect(answer.status).toBe(200);
  return (await answer.json()) as Answer;
}

interface Step {
  readonly id: string;
  readonly source: string;
  readonly data: { readonly state?: string };
}
const threadOf = async (who: string, name: string): Promise<readonly Step[]> =>
  (await told<{ items: Step[] }>(who, `/v1/threads/${name}`)).items;

/** What a member finds of today's exercise in the feed. */
async function found(who: string): Promise<string[]> {
  const publishers = ['hn-inm', 'gt-igm', 'us-dhs', 'pa-senafront', 'cr-pani', 'ts-office', 'iom-regional'];
  const { code, out } = await run(
    ...['tail', '--as', who, '--since', `${day}T00:00:00Z`, '--no-follow'],
    ...['--publisher', publishers.join()],
  );
  expect(code).toBe(0);
  const events: Step[] = JSON.parse(out);
  return events
    .map(({ source, id }) => `${source}/${id}`)
    .filter((name) => name.includes(`/ejercicio-${day}`));
}

/** What became of an alert of sv-pnc that was taken back. */
async function recallOf(name: string): Promise<readonly RecallStatus[]> {
  const { items } = await told<{ items: RecallStatus[] }>('sv-pnc', '/v1/recalls');
  return items.filter(({ address }) => address === `/v1/events/${named('sv-pnc', name)}`);
}

test('the whole of it is there, and played twice it is there once', async () => {
  const first = await run('demo', '--data', folder, '--no-live');
  expect([first.code, first.said]).toEqual([0, expect.stringContaining(`exercise ${scenes.length} of`)]);
  expect(JSON.parse(first.out)).toMatchObject(counted);
  const before = await found('mx-inm');
  const recalls = await recallOf('por-retirar');
  expect(before).toContain(named('hn-inm', 'salida-hn-2'));
  const second = await run('demo', '--data', folder, '--no-live');
  expect([second.code, JSON.parse(second.out)]).toEqual([0, expect.objectContaining(counted)]);
  const after = await found('mx-inm');
  expect(after).toEqual(before);
  expect(await recallOf('por-retirar')).toEqual(recalls);
  expect(new Set(after).size).toBe(after.length);
});

test('cases are taken to their end, and what is to be signed is', async () => {
  const states = async (who: string, name: string) =>
    (await threadOf(who, name)).map(({ data }) => data.state);
  expect(await states('hn-inm', named('mx-inm', 'repatriation-proposed'))).toEqual([
    'PROPOSED',
    'ACKNOWLEDGED',
    'CONFIRMED',
    'IN_TRANSIT',
    'RECEIVED',
  ]);
  expect(await states('unhcr-americas', named('gt-pgn', 'referral-referred'))).toEqual([
    'REFERRED',
    'ACCEPTED',
    'CLOSED',
  ]);
  await told('bz-atips', `/v1/events/${named('ts-office', 'decision-adoptada')}`);
  const { items } = await told<{ items: { address: string; state: string }[] }>(
    'mx-fgr/releaser',
    '/v1/drafts',
  );
  const draft = `/v1/drafts/${named('mx-fgr', 'por-firmar')}`;
  expect(items.filter(({ address }) => address === draft)).toMatchObject([{ state: 'WAITING' }]);
});

test('an alert has its answers, and one that was taken back what its recipients state', async () => {
  const thread = await threadOf('hn-inm', named('hn-inm', 'salida-hn'));
  expect(thread.map(({ source }) => source)).toEqual([
    ...['hn-inm', 'hn-inm', 'gt-igm', 'mx-inm', 'us-dhs', 'sv-dgme'],
  ]);
  const [recall] = await recallOf('por-retirar');
  const stated = recall?.asked.map(({ agencies, stated }) => [agencies.join(), stated?.statement]);
  expect(stated?.sort()).toEqual([
    ['gt-mp', 'DELETED'],
    ['hn-mp', undefined],
    ['mx-fgr', 'CANNOT'],
  ]);
});

test('live events end after the time that is asked for, or by Ctrl-C', async () => {
  const timed = await run('demo', '--no-data', '--live', '1');
  expect([timed.code, timed.said]).toEqual([0, expect.stringContaining('live events, for 1 s')]);
  expect(JSON.parse(timed.out)).toMatchObject({ imported: [], live: { kept: 1, refused: 0 } });

  const cli = capture({ PUEBLA_HOME: exchange.home });
  cli.stderr.on('data', () => {
    if (cli.said().includes('/ejercicio-vivo-')) cli.ending.abort('interrupt');
  });
  expect(await main(cli, ['demo', '--no-data', '--url', exchange.url])).toBe(0);
  expect(cli.said()).toContain('until Ctrl-C');
});

test('what is refused is shown with its rule, what would follow it is not tried, and the exit code says so', async () => {
  const cli = capture({ PUEBLA_HOME: exchange.home });
  const stage = { cli, url: new URL(exchange.url), tokenOf: everybodysTokens(cli) };
  const publish = (data: object) => {
    const event = { ...exampleEvent('alert', randomUUID()), source: 'bz-atips' };
    return { does: 'publish', as: 'bz-atips/duty', event: { ...event, data } } as Act;
  };
  const acts = [publish({ ...(exampleEvent('alert', 'x')['data'] as object), places: [] }), publish({})];
  expect(await play(stage, { title: 'wrong', acts })).toEqual({
    ...{ scene: 'wrong', acts: 2, kept: 0, waiting: 0, refused: 2 },
  });
  await new Promise((done) => setImmediate(done));
  expect(cli.said()).toMatch(/^refused: bz-atips\/\S+: .*\/data\/places .*\(required\)\n$/);

  await appendFile(join(folder, 'incidents.csv'), '\nwrong\n');
  const { code, said } = await run('demo', '--data', folder, '--no-live');
  expect([code, said]).toEqual([3, expect.stringContaining('1 were refused')]);
});
