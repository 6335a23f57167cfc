import { setTimeout as sleep } from 'node:timers/promises';
import { alertBodies } from '../../exchange.ts';
import { loadPosts } from '../load.ts';
import { readFrom } from '../resume.ts';
import { quantile, type Target } from '../target.ts';
import { historyEvent } from './history.ts';

const rounds = 3;
const looks = 200;
const pages = 50;
const pageEvents = 100;
const connections = 32;
const publishSeconds = 5;

/** Median of the rounds of a measurement. */
export async function median(
  measure: (round: number) => Promise<number>,
  count: number = rounds,
): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < count; round += 1) figures.push(await measure(round));
  return quantile(figures, 0.5);
}

/** Milliseconds of the median page of 100 events, from moments spread over history. */
export async function pageMs(target: Target): Promise<number> {
  const days = 1_990;
  return median(async (n) => {
    const since = new Date(Date.now() - (2 + ((n * 617) % days)) * 86_400_000).toISOString();
    const { ms, body } = await timed(target, `/v1/events?limit=${pageEvents}&since=${since}`);
    const { items } = JSON.parse(body) as { items: unknown[] };
    if (items.length !== pageEvents) throw new Error(`a page since ${since} had ${items.length} events`);
    return ms;
  }, pages);
}

/** Milliseconds of the median look at one event by its address. */
export function addressMs(target: Target, prefix: string, count: number): Promise<number> {
  return median(async (n) => {
    const { agency, id } = historyEvent(prefix, (n * 7_919 * 104_729) % count);
    return (await timed(target, `/v1/events/${agency}/${id}`)).ms;
  }, looks);
}

/** Events a second that a stream gives from a cursor. */
export function resumeRate(target: Target, cursor: string, events: number): Promise<number> {
  return median(async () => {
    const began = performance.now();
    await readFrom(target, cursor, events);
    return (events * 1_000) / (performance.now() - began);
  });
}

/** Events a second that single POSTs over 32 connections bring; the first round is the warm-up. */
export async function publishRate(target: Target): Promise<number> {
  const bodyOf = alertBodies();
  const load = async (round: number): Promise<number> => {
    const { perSecond, failed } = await loadPosts({
      port: target.port,
      connections,
      seconds: publishSeconds,
      headers: { 'Content-Type': 'application/cloudevents+json', Authorization: `Bearer ${target.token}` },
      body: (n) => bodyOf(`publish-${round}-${n}`),
    });
    if (Object.keys(failed).length > 0) throw new Error(`answers: ${JSON.stringify(failed)}`);
    return perSecond;
  };
  await load(rounds);
  return median(load);
}

async function timed(target: Target, path: string): Promise<{ ms: number; body: string }> {
  const began = performance.now();
  const answer = await fetch(`${target.url}${path}`, {
    headers: { Authorization: `Bearer ${target.token}` },
  });
  const body = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status}: ${body.slice(0, 200)}`);
  const ms = performance.now() - began;
  await sleep(2);
  return { ms, body };
}
