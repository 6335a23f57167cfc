import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { encodeRecord } from '@puebla/kit';
import { participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { debianProgram, promtool } from '../../infra/observability/debian-prometheus.ts';
import {
  expressionsOf,
  readDashboard,
  readRules,
  readSettings,
} from '../../infra/observability/expressions.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { keptBy } from '../http/ask.ts';
import { type Lanes, openLanes } from '../stream/lanes.ts';

/** A real Prometheus scrapes the running exchange, by the rules as they are but for how long they wait. */

const observability = join(import.meta.dirname, '../../infra/observability');
/** The monitor looks around every five seconds at most when it is scraped, and tells what it saw the time before. */
const firesWithinMs = 90_000;

let exchange: TestExchange;
let lanes: Lanes;
let folder: string;
let prometheus: ChildProcess;
let url: string;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { topic: `puebla.directory.${randomUUID()}` } });
  lanes = await openLanes();
  folder = mkdtempSync(join(tmpdir(), 'puebla-prometheus-'));
  const rules = readFileSync(join(observability, 'rules.yml'), 'utf8');
  writeFileSync(join(folder, 'rules.yml'), rules.replaceAll(/^( +for: ).*$/gm, '$11s'));
  writeFileSync(join(folder, 'prometheus.yml'), settings());
  prometheus = spawn(debianProgram('prometheus'), [
    `--config.file=${join(folder, 'prometheus.yml')}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
  ]);
  url = await listening(prometheus);
});
afterAll(async () => {
  const ended = once(prometheus, 'exit');
  prometheus.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true, force: true });
  lanes.close();
  await exchange.close();
});

/** The settings of the exchange's own Prometheus, at the pace of a test, for figures that need no token on this machine. JSON is YAML. */
function settings(): string {
  const { global, scrape_configs, ...rest } = readSettings();
  const target = { targets: [new URL(exchange.url).host] };
  const jobs = scrape_configs.map(({ job_name }) => ({ job_name, static_configs: [target] }));
  const pace = {
    scrape_interval: '2s',
    evaluation_interval: '2s',
    external_labels: { exchange: exchange.url },
  };
  return JSON.stringify({ ...rest, global: { ...global, ...pace }, scrape_configs: jobs });
}

/** Where it answers, as it says itself once it does. */
async function listening(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (child.stderr === null) throw new Error('no stderr');
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const port = /msg="Listening on" address=127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr.resume();
    return `http://127.0.0.1:${port}`;
  }
  throw new Error(said.join('\n'));
}

interface Answer {
  readonly status: string;
  readonly data: { readonly result: readonly { readonly metric: Readonly<Record<string, string>> }[] };
}
const query = async (expression: string): Promise<Answer> => {
  const body = new URLSearchParams({ query: expression });
  return (await fetch(`${url}/api/v1/query`, { method: 'POST', body })).json() as Promise<Answer>;
};
const found = async (expression: string): Promise<number> =>
  (await query(expression)).data?.result.length ?? 0;

/** Where the alerts of a name that are there now lead to. */
async function runbooksOf(name: string): Promise<string[]> {
  const { data } = (await (await fetch(`${url}/api/v1/alerts`)).json()) as {
    data: { alerts: { labels: Record<string, string>; annotations: Record<string, string> }[] };
  };
  const own = data.alerts.filter(({ labels }) => labels['alertname'] === name);
  return [...new Set(own.map(({ annotations }) => annotations['runbook_url'] ?? ''))];
}

async function until(expression: string, holds: boolean, timeoutMs = firesWithinMs): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while ((await found(expression)) > 0 !== holds) {
    if (Date.now() > deadline) throw new Error(`${expression} was ${holds ? 'never' : 'always'} there`);
    await new Promise((done) => setTimeout(done, 200));
  }
}

test('what the running exchange exposes is well-formed, and is scraped', async () => {
  const text = await (await fetch(`${exchange.url}/metrics`)).text();
  expect(await promtool(['check', 'metrics'], { input: text })).toMatchObject({ code: 0 });
  await until('up{job="puebla"} == 1', true);
  await until('puebla_part_up{part="gateway"} == 1', true);
});

test('an alert fires when a record is dead, and clears once it is settled', async () => {
  const topic = 'puebla.decision';
  const partition = participantOf('PPT')?.lane ?? -1;
  const content = encodeRecord(`ppt-office/${randomUUID()}`, Buffer.from([7]), []);
  const alert = 'ALERTS{alertname="DeadLettersWait",kind="decision",alertstate="firing"}';
  expect(await found(alert)).toBe(0);
  const [offset] = await lanes.send([{ topic, partition, content }]);
  await until(alert, true);
  const [runbook, ...others] = await runbooksOf('DeadLettersWait');
  expect(others).toEqual([]);
  const answer = await fetch(runbook ?? '');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  expect(await answer.text()).toMatch(/^## DeadLettersWait\n\n.+dead redrive/s);
  const settled = await fetch(`${exchange.url}/v1/dead/${topic}/${partition}/${offset}/discard`, {
    method: 'POST',
  });
  expect(settled.status).toBe(200);
  await until(alert, false);
});

test('every panel and every rule can be asked for, and what always has an answer has one', async () => {
  await keptBy(exchange, 'mx-fgr', exampleEvent('alert', randomUUID()));
  const dashboards = readdirSync(join(observability, 'grafana/dashboards')).map(readDashboard);
  const asked = [...dashboards.flatMap(expressionsOf), ...readRules().map(({ expr }) => expr)];
  for (const expression of asked.map((one) => one.replaceAll(/\$\w+/g, '.*'))) {
    // Whoever compares has an answer only where it holds.
    if (/[<>=] *[\d.]+$/.test(expression))
      expect(await query(expression)).toMatchObject({ status: 'success' });
    else await until(expression, true);
  }
});
