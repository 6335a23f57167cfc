/**
 * Far more events than the exchange can take, in a process of its own: `storm.ts PORT SECONDS EVENTS_A_SECOND FILE`, the token in
 * PUEBLA_TOKEN. Half of the events come as single POSTs, half in batches, whether or not earlier ones are answered, up to a bound of
 * connections; uploads of lines send as fast as they are taken. Sends `{sent}` to its parent when it stops, `{told}` when all is
 * answered, and writes the ids that were acknowledged to the file.
 */
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { alertBodies } from '../../exchange.ts';
import { openConnection, type RawAnswer } from './connection.ts';

const [port = 0, seconds = 0, perSecond = 0] = process.argv.slice(2, 5).map(Number);
const file = process.argv[5] ?? '';
const token = process.env['PUEBLA_TOKEN'] ?? '';
const singleConnections = 4_000;
const batchConnections = 128;
const batchEvents = 200;
const uploads = 4;
const linesAWrite = 100;
const answerWithinMs = 15_000;

export interface Told {
  /** Events whose bytes were sent, and those for which no connection was free. */
  readonly offered: number;
  readonly withheld: number;
  /** Events by the status of their answer; 0: cut off. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Refused requests (429, 503) whose answer did not say when to come back. */
  readonly withoutRetryAfter: number;
}

const acknowledged: string[] = [];
const statuses: Record<string, number> = {};
let offered = 0;
let withheld = 0;
let withoutRetryAfter = 0;
let underWay = 0;
const bodyOf = alertBodies();
const until = performance.now() + seconds * 1_000;

const count = (status: number, events: number): void => {
  statuses[status] = (statuses[status] ?? 0) + events;
};
const checkRetryAfter = ({ status, head, body }: RawAnswer): void => {
  const refused = status === 429 || status === 503 || (status === 207 && /"status":(429|503)/.test(body));
  if (refused && !/\r\nretry-after: \d+/i.test(head)) withoutRetryAfter += 1;
};
const takeBatchAnswer = (answer: RawAnswer, ids: readonly string[]): void => {
  if (answer.status !== 201 && answer.status !== 207) {
    count(answer.status, ids.length);
    return;
  }
  (JSON.parse(answer.body) as { status: number }[]).forEach(({ status }, n) => {
    count(status, 1);
    if (status === 201) acknowledged.push(ids[n] ?? '');
  });
};

/** Sends requests at a pace of so many events a second, as long as a connection is free. */
async function pour(prefix: string, connections: number, eventsEach: number, rate: number): Promise<void> {
  const idle = Array.from({ length: connections }, () => openConnection(port, token));
  const all = [...idle];
  const began = performance.now();
  const type = eventsEach === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json';
  for (let n = 0; performance.now() < until; ) {
    for (const due = ((performance.now() - began) * rate) / 1_000; n < due; n += eventsEach) {
      const connection = idle.pop();
      if (connection === undefined) {
        withheld += eventsEach;
        continue;
      }
      const ids = Array.from({ length: eventsEach }, (_, place) => `${prefix}-${n + place}`);
      const bodies = ids.map(bodyOf);
      offered += eventsEach;
      underWay += 1;
      connection.post(type, eventsEach === 1 ? (bodies[0] ?? '') : `[${bodies.join()}]`, (answer) => {
        underWay -= 1;
        idle.push(connection);
        checkRetryAfter(answer);
        if (eventsEach > 1) takeBatchAnswer(answer, ids);
        else {
          count(answer.status, 1);
          if (answer.status === 201) acknowledged.push(ids[0] ?? '');
        }
      });
    }
    await sleep(5);
  }
  const bound = performance.now() + answerWithinMs;
  while (underWay > 0 && performance.now() < bound) await sleep(10);
  for (const connection of all) connection.close();
}

/** Lines as fast as they are taken, one upload after the other; its last answer says how far it came. */
async function uploadLines(name: string): Promise<void> {
  for (let round = 0; performance.now() < until; round += 1) {
    const prefix = `${name}-${round}`;
    const { through, lines } = await oneUpload(prefix);
    for (let line = 1; line <= through; line += 1) acknowledged.push(`${prefix}-${line}`);
    count(201, through);
    if (lines > through) count(503, lines - through);
  }
}

async function oneUpload(prefix: string): Promise<{ through: number; lines: number }> {
  const ended = Promise.withResolvers<void>();
  let through = 0;
  let lines = 0;
  const req = request({
    port,
    host: '127.0.0.1',
    path: '/v1/events',
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', Authorization: `Bearer ${token}` },
  });
  req.on('error', () => ended.resolve());
  req.on('response', (res) => {
    let rest = '';
    res.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) through = (JSON.parse(part) as { through?: number }).through ?? through;
    });
    res.on('close', () => ended.resolve());
  });
  let open = true;
  let full = false;
  req.on('drain', () => {
    full = false;
  });
  void ended.promise.then(() => {
    open = false;
  });
  while (open && performance.now() < until) {
    const some = Array.from({ length: linesAWrite }, (_, n) => `${bodyOf(`${prefix}-${lines + n + 1}`)}\n`);
    lines += linesAWrite;
    offered += linesAWrite;
    full = !req.write(some.join(''));
    while (full && open && performance.now() < until) await sleep(5);
  }
  req.end();
  const bound = setTimeout(() => req.destroy(), answerWithinMs);
  await ended.promise;
  clearTimeout(bound);
  return { through, lines };
}

setTimeout(() => process.send?.({ sent: offered }), seconds * 1_000);
await Promise.all([
  pour('single', singleConnections, 1, perSecond / 2),
  pour('batch', batchConnections, batchEvents, perSecond / 2),
  ...Array.from({ length: uploads }, (_, n) => uploadLines(`lines-${n}`)),
]);
writeFileSync(file, acknowledged.join('\n'));
const told: Told = { offered, withheld, statuses, withoutRetryAfter };
process.send?.({ told }, () => process.exit(0));
