import { seeded } from './random.ts';

export type Part = 'node' | 'kafka' | 'registry' | 'postgres';

export type Fault =
  | { readonly what: 'kill'; readonly part: Part | 'everything' }
  /** SIGSTOP, and SIGCONT after `forMs`. */
  | { readonly what: 'stop'; readonly part: Part; readonly forMs: number }
  /** The file system on which the servers keep their data has no byte left, for `forMs`. */
  | { readonly what: 'fill'; readonly forMs: number }
  /** What Node sends to the broker to be written is swallowed now and then for `forMs`, and comes late. */
  | { readonly what: 'swallow'; readonly forMs: number }
  /** Every connection of every client is destroyed. */
  | { readonly what: 'cut' };

export interface ScheduledFault {
  /** Milliseconds from the beginning of the soak. */
  readonly atMs: number;
  readonly fault: Fault;
}

const parts: readonly Part[] = ['node', 'kafka', 'registry', 'postgres'];
const stopMs = 20_000;
const fillMs = 10_000;
const swallowMs = 20_000;
const firstAtMs = 5_000;
/** Until an exchange is healthy again. */
const healMs = { kill: 15_000, stop: 12_000, fill: 20_000, swallow: 10_000, cut: 4_000 };
const jitterMs = 3_000;

const brief: readonly Fault[] = [
  ...parts.map((part) => ({ what: 'kill', part }) as const),
  { what: 'kill', part: 'everything' },
  { what: 'cut' },
];
const long: readonly Fault[] = [
  ...parts.map((part) => ({ what: 'stop', part, forMs: stopMs }) as const),
  { what: 'fill', forMs: fillMs },
  { what: 'swallow', forMs: swallowMs },
];
/** Batches are left open while Node lives: what goes wrong then shows in the shortest soak. */
const first: readonly Fault[] = [...brief, ...long].filter(
  (fault) => fault.what === 'swallow' || ('part' in fault && fault.part === 'kafka'),
);

/**
 * The faults of a soak: first one of the broker, then all kinds by turns in random order, two brief ones to a long one, each with the
 * time to heal from before the next and before the end. The same seed and length give the same list.
 */
export function schedule(options: { readonly seed: number; readonly lengthMs: number }): ScheduledFault[] {
  const random = seeded(options.seed);
  const opening = deck(first, random)();
  const nextBrief = deck(brief, random, opening);
  const nextLong = deck(long, random, opening);
  const list: ScheduledFault[] = [];
  let atMs = firstAtMs;
  for (let turn = 0; ; turn += 1) {
    const fault = turn === 0 ? opening : turn % 3 === 2 ? nextLong() : nextBrief();
    const overMs = atMs + ('forMs' in fault ? fault.forMs : 0) + healMs[fault.what];
    if (overMs > options.lengthMs) return list;
    list.push({ atMs: Math.round(atMs), fault });
    atMs = overMs + random() * jitterMs;
  }
}

/** Deals all of them in random order, then all again; the first time without the one that was dealt already. */
function deck<T>(all: readonly T[], random: () => number, dealt?: T): () => T {
  let left = all.filter((one) => one !== dealt);
  return () => {
    if (left.length === 0) left = [...all];
    const [card] = left.splice(Math.floor(random() * left.length), 1);
    if (card === undefined) throw new RangeError('an empty deck');
    return card;
  };
}
