import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { alertBodies } from '../exchange.ts';
import type { PostTarget } from './posts.ts';
import { subscribe } from './raw-subscriber.ts';
import { type Result, resultOf } from './report.ts';
import { quantile, type Target } from './target.ts';

const rounds = 3;
const perSecond = 1_000;
const seconds = 10;
const warmUpSeconds = 4;
const connections = 64;
const allWithinMs = 30_000;

/** Events that are sent at the pace, their ids `PREFIX-0` and so on. */
interface Run {
  readonly prefix: string;
  readonly count: number;
}

/**
 * From the moment an event is sent to the gateway to the moment a subscriber has it, acks=all, at 1,000 single POSTs a second; and
 * how long the bare floor takes to answer at the same pace, which is less than a subscriber can have to wait on this machine.
 */
export async function measureLatency(floor: PostTarget, target: Target): Promise<Result[]> {
  const ofFloor = { ...target, url: `http://127.0.0.1:${floor.port}`, port: floor.port };
  return [
    ...(await resultsOf('floor.latency', (run) => untilAnswered(ofFloor, run))),
    ...(await resultsOf('latency', (run) => untilSeen(target, run))),
  ];
}

async function resultsOf(name: string, timesOf: (run: Run) => Promise<number[]>): Promise<Result[]> {
  const medians: number[] = [];
  const tails: number[] = [];
  await timesOf({ prefix: `${name}-0`, count: perSecond * warmUpSeconds });
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`${name}: round ${round} of ${rounds}`);
    const times = await timesOf({ prefix: `${name}-${round}`, count: perSecond * seconds });
    medians.push(quantile(times, 0.5));
    tails.push(quantile(times, 0.99));
  }
  return [resultOf(`${name}.p50`, 'ms', medians), resultOf(`${name}.p99`, 'ms', tails)];
}

async function untilAnswered(target: Target, run: Run): Promise<number[]> {
  const times = startTimes(run.count);
  await pour(target, run, times.begin, times.end);
  return times.all();
}

async function untilSeen(target: Target, run: Run): Promise<number[]> {
  const times = startTimes(run.count);
  const pattern = new RegExp(`"id":"${run.prefix}-(\\d+)"`, 'g');
  let rest = '';
  const socket = await subscribe(target, `?publisher=${target.agency}`, (text) => {
    const got = rest + text;
    let end = 0;
    for (const found of got.matchAll(pattern)) {
      times.end(Number(found[1]));
      end = found.index + found[0].length;
    }
    // An id that is cut in two is found with the next piece.
    rest = got.slice(Math.max(end, got.length - 64));
  });
  try {
    await pour(target, run, times.begin, () => {});
    return await times.all();
  } finally {
    socket.destroy();
  }
}

/** Milliseconds of each of so many events from its begin to its end. */
function startTimes(count: number) {
  const begun = new Float64Array(count);
  const times: number[] = [];
  const all = Promise.withResolvers<void>();
  return {
    begin: (n: number) => {
      begun[n] = performance.now();
    },
    end: (n: number) => {
      times.push(performance.now() - (begun[n] ?? 0));
      if (times.length >= count) all.resolve();
    },
    all: async () => {
      const late = () => all.reject(new Error(`${times.length} of ${count} events came`));
      const bound = setTimeout(late, allWithinMs);
      await all.promise.finally(() => clearTimeout(bound));
      return times;
    },
  };
}

/** Keeps its pace whatever the answers do, so that waiting is not left out of the figures. */
async function pour(
  target: Target,
  { prefix, count }: Run,
  sent: (n: number) => void,
  answered: (n: number) => void,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const bodyOf = alertBodies();
  const answers: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const began = performance.now();
  for (let n = 0; n < count; ) {
    for (const due = ((performance.now() - began) * perSecond) / 1_000; n < count && n <= due; n += 1) {
      const at = n;
      sent(at);
      const answer = post(target, agent, bodyOf(`${prefix}-${at}`));
      answers.push(answer.then(() => answered(at)).catch((error: unknown) => failures.push(error)));
    }
    await sleep(1);
  }
  await Promise.all(answers);
  agent.destroy();
  if (failures.length > 0) throw failures[0];
}

function post(target: Target, agent: Agent, body: string): Promise<void> {
  return new Promise((answered, failed) => {
    const req = request(`${target.url}/v1/events`, {
      agent,
      method: 'POST',
      headers: {
        'Content-Type': 'application/cloudevents+json',
        'Content-Length': Buffer.byteLength(body),
        Authorization: `Bearer ${target.token}`,
      },
    });
    req.setTimeout(allWithinMs, () => req.destroy(new Error('no answer')));
    req.once('error', failed);
    req.once('response', (res) => {
      if (res.statusCode !== 201) failed(new Error(`an answer was ${res.statusCode}`));
      res.resume().once('end', answered);
    });
    req.end(body);
  });
}
