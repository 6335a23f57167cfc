import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ChildExchange, startChildExchange } from '../child-exchange.ts';
import { alertBodies } from '../exchange.ts';
import { has, openStream } from '../stream-client.ts';

/** Guarantee 1: what was acknowledged is kept and seen once, whatever is killed in the middle of a long upload. */

const lines = 100_000;
const killAfter = 30_000;
const agency = 'mx-fgr';
let exchange: ChildExchange;
let token = '';
const refused: string[] = [];

beforeAll(async () => {
  exchange = await startChildExchange();
  token = await exchange.token(agency);
});
afterAll(() => exchange.close());

const idOf = (run: string, line: number): string => `${run}-${line}`;

/**
 * Uploads lines `from` to `lines`, and tells how far all are kept. Ends when the exchange has answered for all of them, or
 * when the connection goes; `onThrough` is told on the way.
 */
function upload(run: string, from: number, onThrough: (line: number) => void): Promise<number> {
  const bodyOf = alertBodies();
  return new Promise((resolve) => {
    let through = from - 1;
    let rest = '';
    const req = request(`${exchange.url}/v1/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-ndjson', Authorization: `Bearer ${token}` },
    });
    req.on('error', () => resolve(through));
    req.on('response', (res) => {
      res.setEncoding('utf8');
      res.on('data', (text: string) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop() ?? '';
        for (const part of parts) {
          const answer = JSON.parse(part) as { through?: number; from?: number };
          if (answer.through !== undefined) through = from - 1 + answer.through;
          // An open outcome ends the upload, and the client goes on from there; a refused line never comes.
          else if (answer.from === undefined) refused.push(part);
          onThrough(through);
        }
      });
      res.on('error', () => resolve(through));
      res.on('close', () => resolve(through));
    });
    let line = from;
    const write = (): void => {
      while (line <= lines) {
        let piece = '';
        for (const end = Math.min(lines, line + 499); line <= end; line += 1) {
          piece += `${bodyOf(idOf(run, line))}\n`;
        }
        if (!req.write(piece)) {
          req.once('drain', write);
          return;
        }
      }
      req.end();
    };
    write();
  });
}

/** Goes on where an upload has ended, until all lines are kept or the exchange has been killed. */
async function uploadAll(
  run: string,
  from: number,
  onThrough: (line: number) => void = () => {},
  isKilled: () => boolean = () => false,
): Promise<number> {
  let through = from - 1;
  while (through < lines && !isKilled()) {
    through = await upload(run, through + 1, onThrough);
    await sleep(100);
  }
  return through;
}

/** Follows across the kill, resuming by the last cursor, until the last line has come. */
async function followAll(run: string, killed: Promise<void>, restarted: Promise<void>): Promise<string[]> {
  const first = await openStream(exchange.url, { query: `?publisher=${agency}` });
  await killed;
  await first.ended;
  await restarted;
  const second = await openStream(exchange.url, {
    query: `?publisher=${agency}`,
    lastEventId: first.lastId(),
  });
  await second.until(has(idOf(run, lines)), 400_000);
  second.close();
  expect(second.events.some(({ event }) => event === 'gap')).toBe(false);
  return [...first.ids(), ...second.ids()];
}

async function inLibrary(run: string): Promise<number> {
  const client = new pg.Client({ connectionString: exchange.databaseUrl() });
  await client.connect();
  const { rows } = await client.query('SELECT count(*)::int AS n FROM library.events WHERE id LIKE $1', [
    `${run}-%`,
  ]);
  await client.end();
  return rows[0].n;
}

/** Of an event's address; as long as the library says that it is behind it is asked again. */
async function statusOf(id: string): Promise<number> {
  for (const until = Date.now() + 60_000; ; ) {
    const { status } = await fetch(`${exchange.url}/v1/events/${agency}/${id}`);
    if (status !== 503 || Date.now() > until) return status;
    await sleep(200);
  }
}

describe.each([
  ['Node alone is killed', 'node', (): Promise<void> => exchange.killNode()],
  ['Node, Kafka, the registry and PostgreSQL are killed', 'all', (): Promise<void> => exchange.killAll()],
] as const)('%s in the middle of an upload of 100,000 events', (_title, run, kill) => {
  test('no acknowledged event is lost, none is seen twice, the library has each once', async () => {
    const killed = Promise.withResolvers<void>();
    const restarted = Promise.withResolvers<void>();
    const following = followAll(run, killed.promise, restarted.promise);
    let killing: Promise<void> | undefined;
    const through = await uploadAll(
      run,
      1,
      (line) => {
        if (line >= killAfter) killing ??= kill();
      },
      () => killing !== undefined,
    );
    await killing;
    killed.resolve();
    expect(through).toBeGreaterThanOrEqual(killAfter);
    expect(through).toBeLessThan(lines);
    const { readyMs } = await exchange.start();
    console.log(`killed ${run} at line ${through}, ready again in ${Math.round(readyMs)} ms`);
    restarted.resolve();
    expect(await uploadAll(run, through + 1)).toBe(lines);
    expect(refused).toEqual([]);
    const seen = (await following).filter((id) => id.startsWith(`${run}-`));
    expect(seen).toHaveLength(lines);
    expect(new Set(seen).size).toBe(lines);
    expect(seen).toEqual(Array.from({ length: lines }, (_, index) => idOf(run, index + 1)));
    expect(await statusOf(idOf(run, lines))).toBe(200);
    expect(await inLibrary(run)).toBe(lines);
  }, 900_000);
});
