/**
 * `npm run bench`: the exchange, everything switched on, beside the broker's own limit and the bare floor, on the same broker in the
 * same run; then the gateway alone. Prints a table; `--json FILE` writes `{"results": [{name, value, unit, spread}]}`.
 */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import nodeFlags from '../../infra/node-flags.json' with { type: 'json' };
import { type ChildExchange, startChildExchange } from '../child-exchange.ts';
import { tokensOfAgencies } from './agencies.ts';
import { measureBroker } from './broker.ts';
import { measureBulk } from './bulk.ts';
import { compareClients } from './clients.ts';
import { measureFanOut } from './fan-out.ts';
import { measureGrowth } from './growth/growth.ts';
import { measureLatency } from './latency.ts';
import { measureLibrary } from './library.ts';
import { measureOverload } from './overload/overload.ts';
import { measurePosts, type PostTarget } from './posts.ts';
import { printResults, type Result, writeResults } from './report.ts';
import { measureResume } from './resume.ts';
import { startServer } from './server.ts';
import { publishOne, type Target } from './target.ts';

const agency = 'mx-fgr';
/** It may ask for a rebuild. */
const secretariat = 'ts-office';
/** Parts that are run when they are named, and not otherwise: what the exchange does not use, and what takes long. */
const whenAsked = ['clients', 'page'];

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string', multiple: true },
    growth: { type: 'boolean', default: false },
    events: { type: 'string', default: '10000000' },
    sizes: { type: 'string', default: '10000,100000,1000000,10000000' },
    times: { type: 'string', default: '1,4,16' },
  },
});
const seconds = Number(values.seconds ?? 5);
const pageSeconds = Number(values.seconds ?? 600);
if (values.growth) {
  const sizes = numbersOf(values.sizes).filter((size) => size <= Number(values.events));
  await measureGrowth(sizes, numbersOf(values.times), 100_000);
} else await measureParts();

function isWanted(name: string): boolean {
  return values.only?.includes(name) ?? !whenAsked.includes(name);
}

/** What was measured is printed also where a later part failed. */
async function measureParts(): Promise<void> {
  const results: Result[] = [];
  try {
    if (values.only?.every((name) => name === 'overload') !== true)
      await withExchange((exchange) => measureInOrder(exchange, results));
    // On one of its own: it fills the day's table of identities.
    if (isWanted('overload'))
      await withExchange(async (exchange) => {
        results.push(
          ...(await measureOverload(exchange, await targetOf(exchange), addressesOf(exchange).kafka)),
        );
      });
  } finally {
    printResults(results);
  }
  if (values.json !== undefined) writeResults(values.json, results);
}

async function withExchange(work: (exchange: ChildExchange) => Promise<void>): Promise<void> {
  const exchange = await startChildExchange({ LOG_LEVEL: 'error' });
  await work(exchange).finally(() => exchange.close());
}

/** `10000,100000`; none when it is empty. */
function numbersOf(text: string): number[] {
  return text.split(',').filter(Boolean).map(Number);
}

function addressesOf({ home }: ChildExchange): { readonly kafka: string; readonly registry: string } {
  return JSON.parse(readFileSync(join(home, 'run', 'exchange.json'), 'utf8')).addresses;
}

async function targetOf(exchange: ChildExchange): Promise<Target> {
  const { url } = exchange;
  return { url, port: Number(new URL(url).port), token: await exchange.token(agency), agency };
}

async function measureInOrder(exchange: ChildExchange, results: Result[]): Promise<void> {
  const addresses = addressesOf(exchange);
  const target = await targetOf(exchange);
  const { port, token } = target;
  const floor = { name: 'floor', ...(await startServer('floor.ts', [addresses.kafka, 'floor'])) };
  const start = await publishOne(target, 'bench-start');
  const fanOut = (name: string, count: number, tokens: readonly string[]): Promise<Result[]> =>
    measureFanOut({ ...target, pid: exchange.pid }, { name, count, tokens });
  /** In this order: the first ones find an exchange without a history, resume needs one, and alone ends the exchange. */
  const parts: Readonly<Record<string, () => Promise<Result[]>>> = {
    broker: () => measureBroker(addresses.kafka),
    posts: () =>
      measurePosts({
        floor,
        target: { name: 'gateway', port },
        connectionCounts: [1, 32, 128],
        seconds,
        token,
      }),
    latency: () => measureLatency(floor, target),
    fanout: async () => [
      ...(await fanOut('1000', 1_000, [token])),
      ...(await fanOut('5000', 5_000, [token])),
      ...(await fanOut('agencies', 5_000, await tokensOfAgencies(exchange))),
    ],
    bulk: () => measureBulk(target),
    resume: () => measureResume(target, start),
    library: async () => measureLibrary(exchange.url, await exchange.token(secretariat)),
    alone: () => measureAlone(exchange, addresses, floor, token),
    clients: () => compareClients(addresses),
    page: () => measurePage(target),
  };
  try {
    for (const [name, part] of Object.entries(parts)) if (isWanted(name)) results.push(...(await part()));
  } finally {
    floor.stop();
  }
}

/** A page of the console that is open for long, in a real browser. */
async function measurePage({ url, token }: Target): Promise<Result[]> {
  const program = join(import.meta.dirname, 'page', 'page.ts');
  const running = promisify(execFile)(process.execPath, [...nodeFlags, program, url, String(pageSeconds)], {
    env: { ...process.env, PUEBLA_TOKEN: token },
  });
  running.child.stderr?.pipe(process.stderr);
  return JSON.parse((await running).stdout) as Result[];
}

/** The gateway without feeds and library, as in a container of its own. The exchange ends; its servers go on without it. */
async function measureAlone(
  exchange: ChildExchange,
  addresses: ReturnType<typeof addressesOf>,
  floor: PostTarget,
  token: string,
): Promise<Result[]> {
  await exchange.killNode();
  const server = await startServer('alone.ts', [addresses.kafka, addresses.registry, exchange.home]);
  const target = { name: 'alone', port: server.port };
  const measured = measurePosts({ floor, target, connectionCounts: [128], seconds, token });
  const results = await measured.finally(() => server.stop());
  return results.filter(({ name }) => name.startsWith(target.name));
}
