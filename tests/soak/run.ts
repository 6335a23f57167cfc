import { setTimeout as sleep } from 'node:timers/promises';
import { startChildExchange } from '../child-exchange.ts';
import { check, type Verdict } from './checker.ts';
import { inflict, untilHealthy } from './faults.ts';
import { figuresOf } from './figures.ts';
import type { EventKey, Histories, ReaderHistory } from './history.ts';
import { readLibrary } from './library.ts';
import { type Publisher, startPublisher } from './publisher.ts';
import { seeded } from './random.ts';
import { type Reader, startPager, startStreamReader } from './reader.ts';
import { type ScheduledFault, schedule } from './schedule.ts';
import { mountSmallDisk } from './small-disk.ts';
import { buildWall } from './wall.ts';

/** Lanes of several countries; two agencies share one. */
const flows = [
  ['mx-fgr', 'alert'],
  ['mx-inm', 'alert'],
  ['gt-pgn', 'alert'],
  ['hn-inm', 'practice'],
  ['cr-oij', 'alert'],
  ['sv-pnc', 'practice'],
] as const;
const perSecondOfEach = 15;
const boundMs = 120_000;
const progressMs = 10_000;

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

/** Runs an exchange, its clients and the faults, lets all heal, and judges. */
export async function runSoak({ seed, minutes, say }: SoakOptions): Promise<SoakResult> {
  const random = seeded(seed);
  const lengthMs = minutes * 60_000;
  const faults = schedule({ seed, lengthMs });
  const disk = await mountSmallDisk().catch((error: unknown) => {
    say(`No small file system can be had here, so none is filled: ${error}`);
    return undefined;
  });
  const wall = await buildWall().catch((error: unknown) => {
    say(`No packet can be swallowed here, so none is: ${error}`);
    return undefined;
  });
  const exchange = await startChildExchange({ LOG_LEVEL: 'error' }, disk?.folder);
  const { url, token } = exchange;
  const readers = [
    startStreamReader('stream-1', url),
    startStreamReader('stream-2', url),
    startPager('pager', url),
  ];
  const publishers = flows.map(([agency, kind]) =>
    startPublisher({ url, agency, kind, perSecond: perSecondOfEach, random, token }),
  );
  const clients = [...publishers, ...readers];
  const began = performance.now();
  const elapsed = (): number => performance.now() - began;
  const tell = (text: string): void => say(`${(elapsed() / 1_000).toFixed(1).padStart(7)} s  ${text}`);
  const progress = setInterval(() => tell(progressOf(publishers, readers)), progressMs);
  const historiesOf = (others: readonly ReaderHistory[]): Histories => ({
    publishers: publishers.map(({ notes }) => notes),
    readers: [...readers.map(({ history }) => history), ...others],
  });
  const cut = (): void => {
    for (const client of clients) client.cut();
  };
  let longestHealMs = 0;
  try {
    for (const { atMs, fault } of faults) {
      await sleep(Math.max(0, atMs - elapsed()));
      tell(Object.values(fault).join(' '));
      const healedMs = await inflict(fault, { exchange, disk, wall, cut });
      longestHealMs = Math.max(longestHealMs, healedMs);
      tell(`ready again after ${healedMs} ms`);
    }
    await sleep(Math.max(0, lengthMs - elapsed()));
    await untilHealthy(exchange);
    const last = await Promise.all(publishers.map((publisher) => publisher.finish(boundMs)));
    tell('the last events are kept; waiting until every reader has them');
    await untilSeen(readers, last);
    const sent = publishers.flatMap(({ notes }) => notes.map(({ event }) => event));
    const library = await readLibrary(url, [...new Set(sent)], last, boundMs);
    const histories = historiesOf([library]);
    const figures = {
      ...figuresOf(histories),
      faults: faults.length,
      'longest until ready, ms': longestHealMs,
      'longest stall of a publisher, ms': Math.max(...publishers.map(({ pace }) => pace.longestStallMs())),
      ...Object.fromEntries(readers.map(stallOf)),
    };
    return { verdict: check(histories), histories, figures, faults };
  } catch (error) {
    const histories = historiesOf([]);
    const verdict = { ok: false, violations: [] };
    const brokenOff = Error.isError(error) ? (error.stack ?? error.message) : String(error);
    return { verdict, histories, figures: figuresOf(histories), faults, brokenOff };
  } finally {
    clearInterval(progress);
    for (const publisher of publishers) publisher.close();
    await Promise.all(readers.map((reader) => reader.close()));
    await exchange.close();
    await disk?.close();
  }
}

function progressOf(publishers: readonly Publisher[], readers: readonly Reader[]): string {
  const sent = publishers.reduce((sum, publisher) => sum + publisher.sent(), 0);
  const seen = readers.map(
    ({ history: { reader, notes } }) => `${reader} ${notes.filter(({ what }) => what === 'seen').length}`,
  );
  return `sent ${sent}, seen: ${seen.join(', ')}`;
}

/** A reader that never gets there is not an error here: what it has missed is what the checker finds. */
async function untilSeen(readers: readonly Reader[], last: readonly EventKey[]): Promise<void> {
  const until = performance.now() + boundMs;
  while (performance.now() < until) {
    if (readers.every((reader) => last.every((event) => reader.hasSeen(event)))) return;
    await sleep(100);
  }
}

function stallOf({ history, pace }: Reader): [string, number] {
  return [`longest stall of ${history.reader}, ms`, pace.longestStallMs()];
}
