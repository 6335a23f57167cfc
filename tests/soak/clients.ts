import { type Cases, startCases } from './cases.ts';
import { exerciseGroup } from './changes.ts';
import { demonstrationWorld } from './demonstration.ts';
import type { ReaderHistory } from './history.ts';
import type { Library } from './library.ts';
import type { Names } from './marks.ts';
import { type Publisher, startPublisher } from './publisher.ts';
import { seeded } from './random.ts';
import { type Reader, startPager, startStreamReader } from './reader.ts';
import { clearedAtTimes, type Signed, startSigned } from './signed.ts';
import { startThreads, type Threads } from './threads.ts';
import type { Mint } from './tokens.ts';

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
const perSecondOfExercise = 5;

/** Members, an observer who becomes a guest, an organization, a guest, civil society, a body, and who is not signed in. */
const streams = [undefined, 'mx-fgr', 'gt-pgn', 'pe-pnp', 'es-interior', 'rncom-network'];
const pagers = [undefined, 'hn-inm', 'iom-regional', 'ts-office'];
/** A member and who is not signed in: what has a newer version is not shown to them. */
const newestOnly = ['stream of nobody', 'pager of hn-inm', 'pager of cr-oij'];
const lateStream = 'mx-inm';
const latePager = 'cr-oij';

/** Between these go referrals: each of them reads, so that each step has two who see it. */
const referrals = [
  ['mx-fgr', 'gt-pgn'],
  ['gt-pgn', 'iom-regional'],
  ['hn-inm', 'mx-fgr'],
  ['iom-regional', 'rncom-network'],
] as const;

/** Agencies of whom nothing is read all the time, and which may be named all the same. */
const silent = ['us-dhs', 'mx-inm', 'cr-oij'];
const participants = ['MX', 'GT', 'PE', 'IOM', 'ES', 'RNCOM', 'TS'];

export interface Clients {
  /** Those that publish to the end. */
  readonly publishers: readonly Publisher[];
  /** Of agencies that begin and end. */
  readonly passing: Publisher[];
  readonly readers: readonly Reader[];
  readonly passingReaders: Reader[];
  readonly cases: readonly Cases[];
  readonly threads: Threads;
  readonly signed: Signed;
  /** Who reads and publishes from now on. */
  join(agency: string): void;
  /** Others begin to read, from the earliest on: what was taken back before they come, they never had. */
  comeLate(): void;
  cut(): void;
  /** Of all readers. */
  histories(): ReaderHistory[];
  close(): Promise<void>;
}

/** Agencies that take part to the end, as readers or publishers. */
export function lastingAgencies(): string[] {
  const known = [...streams, ...pagers, ...flows.map(([agency]) => agency)];
  return [...new Set(known.filter((agency) => agency !== undefined))];
}

/** @param exercise agencies that will begin and end: they are named from the beginning */
export function startClients(options: {
  readonly url: string;
  readonly mint: Mint;
  readonly seed: number;
  readonly library: Pick<Library, 'look' | 'lookAtAsked' | 'noteTakenBack'>;
  readonly exercise: readonly string[];
}): Clients {
  const { url, mint, seed, library, exercise } = options;
  const random = seeded(seed);
  const names: Names = {
    groups: [...Object.keys(demonstrationWorld().groups), exerciseGroup],
    participants,
    agencies: [...lastingAgencies(), ...silent, ...exercise],
  };
  const shared = { url, mint, random, names };
  const publishers = flows.map(([agency, kind]) =>
    startPublisher({ ...shared, agency, kind, perSecond: perSecondOfEach }),
  );
  const cases = referrals.map(([from, to]) => startCases({ url, mint, random, from, to, library }));
  const threads = startThreads({
    url,
    mint,
    seed,
    names,
    owners: flows,
    readers: lastingAgencies(),
    library,
  });
  const signed = startSigned({ ...shared, library });
  const asksForHistory = (way: string, as = 'nobody'): boolean => !newestOnly.includes(`${way} of ${as}`);
  const streamOf = (as: string | undefined): Reader =>
    startStreamReader({ url, mint, as, history: asksForHistory('stream', as) });
  const pagerOf = (as: string | undefined): Reader =>
    startPager({ url, mint, as, history: asksForHistory('pager', as) });
  const [streamed = '', paged = '', both = ''] = clearedAtTimes;
  const readers = [...[...streams, streamed, both].map(streamOf), ...[...pagers, paged, both].map(pagerOf)];
  const passing: Publisher[] = [];
  const passingReaders: Reader[] = [];
  const allReaders = (): Reader[] => [...readers, ...passingReaders];
  return {
    publishers,
    passing,
    readers,
    passingReaders,
    cases,
    threads,
    signed,
    comeLate() {
      readers.push(streamOf(lateStream), pagerOf(latePager));
    },
    join(agency) {
      passing.push(startPublisher({ ...shared, agency, kind: 'alert', perSecond: perSecondOfExercise }));
      passingReaders.push(
        startStreamReader({ url, mint, as: agency, history: true }),
        startPager({ url, mint, as: agency, history: false }),
      );
    },
    cut() {
      for (const client of [...publishers, ...passing, ...cases, threads, signed, ...allReaders()])
        client.cut();
    },
    histories: () => allReaders().map(({ history }) => history),
    async close() {
      for (const client of [...publishers, ...passing, ...cases, threads, signed]) client.close();
      await Promise.all(allReaders().map((reader) => reader.close()));
    },
  };
}
