import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { alertBodies } from '../exchange.ts';
import { subscribe } from './raw-subscriber.ts';
import { type Result, resultOf } from './report.ts';
import { quantile, type Target } from './target.ts';

const rounds = 3;
const perSecond = 1_000;
const seconds = 10;
const warmUpSeconds = 4;
const connections = 64;

/**
 * From the moment an event is sent to the gateway to the moment a subscriber has it, acks=all, at 1,000 single POSTs a second.
 * The load keeps its pace whatever the answers do, so that waiting is not left out of the figures.
 */
export async function measureLatency(target: Target): Promise<Result[]> {
  const medians: number[] = [];
  const tails: number[] = [];
  await timesOf(target, 'latency-0', warmUpSeconds);
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`latency: round ${round} of ${rounds}`);
    const times = await timesOf(target, `latency-${round}`, seconds);
    medians.push(quantile(times, 0.5));
    tails.push(quantile(times, 0.99));
  }
  return [resultOf('latency.p50', 'ms', medians), resultOf('latency.p99', 'ms', tails)];
}

async function timesOf(target: Target, prefix: string, forSeconds: number): Promise<number[]> {
  const count = perSecond * forSeconds;
  const sentAt = new Float64Array(count);
  const times: number[] = [];
  const all = Promise.withResolvers<void>();
  const pattern = new RegExp(`"id":"${prefix}-(\\d+)"`, 'g');
  let rest = '';
  const socket = await subscribe(target, `?publisher=${target.agency}`, (text) => {
    const now = performance.now();
    const got = rest + text;
    let end = 0;
    for (const found of got.matchAll(pattern)) {
      times.push(now - (sentAt[Number(found[1])] ?? 0));
      end = found.index + found[0].length;
    }
    // An id that is cut in two is found with the next piece.
    rest = got.slice(Math.max(end, got.length - 64));
    if (times.length >= count) all.resolve();
  });
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const bodyOf = alertBodies();
  const failures: string[] = [];
  const began = performance.now();
  for (let n = 0; n < count; ) {
    for (const due = ((performance.now() - began) * perSecond) / 1_000; n < count && n <= due; n += 1) {
      sentAt[n] = performance.now();
      post(target, agent, bodyOf(`${prefix}-${n}`), failures);
    }
    await sleep(1);
  }
  const bound = setTimeout(() => all.reject(new Error(`${times.length} of ${count} events came`)), 30_000);
  await all.promise.finally(() => clearTimeout(bound));
  socket.destroy();
  agent.destroy();
  if (failures.length > 0) throw new Error(`${failures.length} answers were ${failures[0]}`);
  return times;
}

function post(target: Target, agent: Agent, body: string, failures: string[]): void {
  const req = request(`${target.url}/v1/events`, {
    agent,
    method: 'POST',
    headers: {
      'Content-Type': 'application/cloudevents+json',
      'Content-Length': Buffer.byteLength(body),
      Authorization: `Bearer ${target.token}`,
    },
  });
  req.on('error', (error) => failures.push(error.message));
  req.on('response', (res) => {
    if (res.statusCode !== 201) failures.push(String(res.statusCode));
    res.resume();
  });
  req.end(body);
}
