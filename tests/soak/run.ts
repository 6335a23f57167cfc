import { setTimeout as sleep } from 'node:timers/promises';
import { startChildExchange } from '../child-exchange.ts';
import { changesOf, exerciseAgencies, type ScheduledChange } from './changes.ts';
import { check, type Verdict } from './checker.ts';
import { type Clients, lastingAgencies, startClients } from './clients.ts';
import { demonstrationWorld } from './demonstration.ts';
import { inflict, untilHealthy, type Victims } from './faults.ts';
import { figuresOf } from './figures.ts';
import type { EventKey, Histories, Outage, ReaderHistory, ThreadSight } from './history.ts';
import { askLibrary, type Library } from './library.ts';
import { questionsAbout } from './questions.ts';
import type { Reader } from './reader.ts';
import { type ScheduledFault, schedule } from './schedule.ts';
import { type Secretariat, startSecretariat } from './secretariat.ts';
import { clearedAtTimes } from './signed.ts';
import { mountSmallDisk } from './small-disk.ts';
import { buildWall } from './wall.ts';

const boundMs = 120_000;
const progressMs = 10_000;
/** Of the run: then those come who come late. */
const lateAt = 0.6;
/** How long a kill waits for the answer to a recall. */
const killAtRecallMs = 3_000;
/** An agency that has begun is known everywhere by then. */
const joinsAfterMs = 6_000;

export interface SoakOptions {
  readonly seed: number;
  readonly minutes: number;
  say(text: string): void;
}

export interface SoakResult {
  readonly verdict: Verdict;
  readonly histories: Histories;
  readonly figures: Readonly<Record<string, number>>;
  readonly faults: readonly ScheduledFault[];
  /** Why it was broken off (the exchange did not get healthy again, say): then nothing can be judged. */
  readonly brokenOff?: string;
}

/** Runs an exchange, its clients, the changes of its directory and the faults, lets all heal, and judges. */
export async function runSoak({ seed, minutes, say }: SoakOptions): Promise<SoakResult> {
  const lengthMs = minutes * 60_000;
  const faults = schedule({ seed, lengthMs });
  const changes = changesOf({ seed, lengthMs });
  const disk = await mountSmallDisk().catch((error: unknown) => {
    say(`No small file system can be had here, so none is filled: ${error}`);
    return undefined;
  });
  const wall = await buildWall().catch((error: unknown) => {
    say(`No packet can be swallowed here, so none is: ${error}`);
    return undefined;
  });
  const exchange = await startChildExchange({ LOG_LEVEL: 'error' }, disk?.folder);
  const { url, token: mint } = exchange;
  const secretariat = startSecretariat(url, mint);
  const library = askLibrary(url, mint, boundMs);
  const clients = startClients({ url, mint, seed, library, exercise: exerciseAgencies(changes) });
  const { elapsed, tell } = stopwatch(say);
  const progress = setInterval(() => tell(progressOf(clients)), progressMs);
  const work: Work = { elapsed, tell, clients, library, secretariat, outages: [] };
  const changing = makeChanges(changes, work);
  const late = setTimeout(clients.comeLate, lateAt * lengthMs);
  // It is waited for when the faults are over.
  changing.catch(() => {});
  try {
    await inflictAll(faults, { exchange, disk, wall, cut: clients.cut }, work);
    await sleep(Math.max(0, lengthMs - elapsed()));
    await untilHealthy(exchange);
    await changing;
    const histories = await finish(work);
    const figures = { ...figuresOf(histories), faults: faults.length, ...timesOf(work) };
    return { verdict: check(histories), histories, figures, faults };
  } catch (error) {
    const histories = historiesOf(work);
    const verdict = { ok: false, violations: [] };
    const brokenOff = Error.isError(error) ? (error.stack ?? error.message) : String(error);
    return { verdict, histories, figures: figuresOf(histories), faults, brokenOff };
  } finally {
    clearInterval(progress);
    clearTimeout(late);
    secretariat.close();
    await clients.close();
    library.close();
    await exchange.close();
    await disk?.close();
  }
}

interface Work {
  elapsed(): number;
  tell(text: string): void;
  readonly clients: Clients;
  readonly library: Library;
  readonly secretariat: Secretariat;
  readonly outages: Outage[];
}

function stopwatch(say: (text: string) => void): Pick<Work, 'elapsed' | 'tell'> {
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  return { elapsed, tell: (text) => say(`${(elapsed() / 1_000).toFixed(1).padStart(7)} s  ${text}`) };
}

/** Ends what publishes, waits until every reader has it, and asks the library. */
async function finish(work: Work): Promise<Histories> {
  const { clients, library, tell } = work;
  const last = await endAll(clients);
  tell('the last events are kept; waiting until every reader has them');
  await untilSeen(clients, last);
  tell('asking the library for each event by its address');
  await library.untilThere(last);
  const sent = new Set(historiesOf(work).publishers.flatMap((notes) => notes.map(({ event }) => event)));
  const read = await library.readEvents(
    questionsAbout([...sent], [undefined, ...lastingAgencies(), ...clearedAtTimes]),
  );
  const begun = clients.cases.flatMap(({ begun: firsts, from }) =>
    firsts.map((event) => ({ as: from, event })),
  );
  return historiesOf(work, read, await library.readThreads(begun));
}

function historiesOf(
  { clients, library, secretariat, outages }: Work,
  others: readonly ReaderHistory[] = [],
  threads: readonly ThreadSight[] = [],
): Histories {
  const { publishers, passing, cases, threads: goingOn, signed } = clients;
  const { notes, intrusions } = secretariat;
  return {
    publishers: [
      ...[...publishers, ...passing].map((one) => one.notes),
      ...cases.flatMap((one) => one.notes),
      ...goingOn.notes,
      signed.notes,
    ],
    readers: [...clients.histories(), ...others],
    looks: library.looks,
    threads: [...library.lookedThreads, ...threads],
    asked: library.asked,
    directory: { begins: demonstrationWorld(), notes, intrusions },
    outages,
  };
}

function timesOf({ clients, outages }: Work): Record<string, number> {
  return {
    'longest until ready, ms': Math.max(0, ...outages.map(({ readyMs }) => readyMs)),
    'longest stall of a publisher, ms': Math.max(
      ...clients.publishers.map(({ pace }) => pace.longestStallMs()),
    ),
    ...Object.fromEntries(clients.readers.map(stallOf)),
  };
}

async function inflictAll(
  faults: readonly ScheduledFault[],
  victims: Victims,
  { elapsed, tell, outages, library }: Work,
): Promise<void> {
  for (const { atMs, fault } of faults) {
    await sleep(Math.max(0, atMs - elapsed()));
    // The worst moment: what was just answered, somebody may have in memory alone.
    if (fault.what === 'kill') await library.untilTakenBack(killAtRecallMs);
    tell(Object.values(fault).join(' '));
    const from = performance.now();
    const [readyMs] = await Promise.all([
      inflict(fault, victims),
      fault.what === 'kill' && library.lookAtTakenBack(),
    ]);
    outages.push({ from, to: performance.now(), readyMs });
    tell(`ready again after ${readyMs} ms`);
  }
}

async function makeChanges(
  changes: readonly ScheduledChange[],
  { elapsed, tell, clients, secretariat }: Work,
): Promise<void> {
  for (const { atMs, change } of changes) {
    await sleep(Math.max(0, atMs - elapsed()));
    await secretariat.change(change);
    tell(`changed: ${Object.values(change).join(' ')}`);
    if (change.what === 'agency' && change.begins)
      setTimeout(() => clients.join(change.agency), joinsAfterMs).unref();
  }
}

/** Ends all that publishes; gives one last event of each lane that everybody may read. */
async function endAll({ publishers, passing, cases, threads, signed }: Clients): Promise<EventKey[]> {
  await Promise.all([...passing, ...cases, threads, signed].map((client) => client.stop()));
  return Promise.all(publishers.map((publisher) => publisher.finish(boundMs)));
}

function progressOf({ publishers, passing, cases, threads, readers }: Clients): string {
  const sent = [...publishers, ...passing].reduce((sum, publisher) => sum + publisher.sent(), 0);
  const begun = cases.reduce((sum, one) => sum + one.begun.length, 0);
  const seen = readers.map(({ seenCount }) => seenCount());
  return `sent ${sent}, cases ${begun}, threads ${threads.begun()}, seen: ${seen.join(' ')}`;
}

/** A reader that never gets there is not an error here: what it has missed is what the checker finds. */
async function untilSeen({ readers, cases, signed }: Clients, last: readonly EventKey[]): Promise<void> {
  const until = performance.now() + boundMs;
  const hasAll = (reader: Reader): boolean => {
    const steps = cases.flatMap((one) =>
      [one.from, one.to].includes(reader.history.as ?? '') ? (one.last() ?? []) : [],
    );
    const own = signed.last.flatMap(({ event, for: agencies }) =>
      agencies.includes(reader.history.as ?? '') ? [event] : [],
    );
    return [...last, ...steps, ...own].every((event) => reader.hasSeen(event));
  };
  while (performance.now() < until && !readers.every(hasAll)) await sleep(100);
}

function stallOf({ history, pace }: Reader): [string, number] {
  return [`longest stall, ms: ${history.reader}`, pace.longestStallMs()];
}
