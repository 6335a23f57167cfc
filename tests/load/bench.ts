/**
 * `npm run bench`: single POSTs to a whole exchange, everything switched on, beside the bare floor on the same broker in
 * the same run, turn by turn. Prints a table; `--json FILE` writes `{"results": [{name, value, unit, spread}]}`. A
 * round's figure is compared with the floor of the same round, since the speed of a machine drifts.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChildExchange } from '../child-exchange.ts';
import { exampleEvent } from '../exchange.ts';
import { loadPosts } from './load.ts';

const connectionCounts = [1, 32, 128];
const rounds = 3;
const warmUpSeconds = 4;
const agency = 'mx-fgr';

interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Lowest and highest of the rounds. */
  readonly spread: readonly [number, number];
}

const { values } = parseArgs({
  options: { json: { type: 'string' }, seconds: { type: 'string', default: '5' } },
});
const seconds = Number(values.seconds);
const exchange = await startChildExchange({ LOG_LEVEL: 'error' });
const floor = await startFloor();
try {
  const results = await measure();
  print(results);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ results }, null, 2)}\n`);
} finally {
  floor.child.kill();
  await exchange.close();
}

async function measure(): Promise<Result[]> {
  const headers = {
    'Content-Type': 'application/cloudevents+json',
    Authorization: `Bearer ${await exchange.token(agency)}`,
  };
  const [before, after] = JSON.stringify(exampleEvent('alert', '@@')).split('@@');
  let run = 0;
  const load = async (port: number, connections: number, forSeconds: number): Promise<number> => {
    run += 1;
    const prefix = `bench-${run}`;
    const body = (n: number): string => `${before}${prefix}-${n}${after}`;
    const result = await loadPosts({ port, connections, seconds: forSeconds, headers, body });
    const [failure] = Object.entries(result.failed);
    if (failure !== undefined) throw new Error(`${failure[1]} answers were ${failure[0]}`);
    return result.perSecond;
  };
  const targets = { floor: floor.port, gateway: Number(new URL(exchange.url).port) };
  for (const port of Object.values(targets)) await load(port, 128, warmUpSeconds);
  const results: Result[] = [];
  for (const connections of connectionCounts) {
    const rates: { floor: number; gateway: number }[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      console.error(`${connections} connections, round ${round} of ${rounds}`);
      rates.push({
        floor: await load(targets.floor, connections, seconds),
        gateway: await load(targets.gateway, connections, seconds),
      });
    }
    results.push(
      resultOf(
        `floor.post.c${connections}`,
        'requests/s',
        rates.map((rate) => rate.floor),
      ),
      resultOf(
        `gateway.post.c${connections}`,
        'requests/s',
        rates.map((rate) => rate.gateway),
      ),
      resultOf(
        `gateway.share.c${connections}`,
        '% of the floor',
        rates.map((rate) => (100 * rate.gateway) / rate.floor),
      ),
    );
  }
  return results;
}

function resultOf(name: string, unit: string, all: readonly number[]): Result {
  const sorted = [...all].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return { name, value: median, unit, spread: [sorted[0] ?? 0, sorted.at(-1) ?? 0] };
}

function print(results: readonly Result[]): void {
  for (const { name, value, unit, spread } of results) {
    const [low, high] = spread;
    console.log(
      `${name.padEnd(20)} ${value.toFixed(0).padStart(8)} ${unit.padEnd(15)} ${low.toFixed(0)} to ${high.toFixed(0)}`,
    );
  }
}

async function startFloor(): Promise<{ child: ChildProcess; port: number }> {
  const { addresses } = JSON.parse(readFileSync(join(exchange.home, 'run', 'exchange.json'), 'utf8'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'floor.ts'), addresses.kafka, 'floor'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the floor ended with ${code}`)));
    child.stdout?.once('data', (text: Buffer) => resolve(JSON.parse(text.toString()).port));
  });
  return { child, port };
}
