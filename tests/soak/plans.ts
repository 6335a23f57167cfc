import { heldByTurns } from './changes.ts';
import type { Marking } from './history.ts';
import { type Names, randomMarking } from './marks.ts';
import { seeded } from './random.ts';

/** What becomes of a thread, step by step. */
export interface Plan {
  readonly marking: Marking;
  readonly steps: readonly PlannedStep[];
}

export type PlannedStep = { readonly afterMs: number } & (
  | {
      readonly what: 'version';
      readonly marking: Marking;
      readonly of: 'first' | 'newest';
      /** The owner takes all of it back at the same time. */
      readonly raced: boolean;
    }
  | {
      readonly what: 'acknowledgement';
      readonly by: string;
      readonly of: 'first' | 'newest';
      /** Who has given it takes it back. */
      readonly takenBack: boolean;
    }
  | {
      readonly what: 'recall';
      readonly of: 'first' | 'newest';
      /** Who has, has had or will have the office of the Secretariat; undefined: the owner. */
      readonly by?: string;
    }
);

const longestPauseMs = 2_500;
/** Comes at once, while what went before is still on its way to some. */
const atOnce = 0.3;
const mostSteps = 3;
const isVersion = 0.6;
const isRaced = 0.15;
const answerTakenBack = 0.25;
const isRecalled = 0.6;
const bySecretariat = 0.2;
/** Of versions: for fewer, then for more; the others are for the same. */
const narrower = 0.45;
const wider = 0.85;
/** In the place of nobody named, of whom some are named then. */
const someMembers = 'MX,GT,HN';

/**
 * The same for the same seed, owner and number, however fast the machine is.
 *
 * @param place of the owner among those who have threads
 */
export function planOf(options: {
  readonly seed: number;
  readonly place: number;
  readonly number: number;
  readonly kind: string;
  readonly names: Names;
  /** Who answers. */
  readonly readers: readonly string[];
}): Plan {
  const { seed, place, number, kind, names, readers } = options;
  const random = seeded(seed + (place + 1) * 1_000_003 + number * 7_919);
  const one = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const refersTo = (): 'first' | 'newest' => (random() < 0.5 ? 'first' : 'newest');
  const afterMs = (): number => (random() < atOnce ? 0 : Math.round(random() * longestPauseMs));
  let marking = randomMarking(kind, random, names);
  const begins = marking;
  const steps = Array.from({ length: Math.floor(random() * (mostSteps + 1)) }, (): PlannedStep => {
    // Reports of practices have no versions.
    if (kind === 'alert' && random() < isVersion) {
      const drawn = random();
      if (drawn < narrower) marking = forFewer(marking, names, random);
      else if (drawn < wider) marking = forMore(marking, names, random);
      const raced = random() < isRaced;
      return { what: 'version', afterMs: afterMs(), marking, of: refersTo(), raced };
    }
    const takenBack = random() < answerTakenBack;
    return { what: 'acknowledgement', afterMs: afterMs(), by: one(readers), of: refersTo(), takenBack };
  });
  const by = random() < bySecretariat ? { by: one(heldByTurns) } : {};
  const recall: PlannedStep = { what: 'recall', afterMs: afterMs(), of: refersTo(), ...by };
  return { marking: begins, steps: random() < isRecalled ? [...steps, recall] : steps };
}

function forFewer({ tlp, audience }: Marking, names: Names, random: () => number): Marking {
  const to = (audience ?? someMembers).split(',');
  if (tlp === 'CLEAR') return { tlp: random() < 0.5 ? 'GREEN' : 'AMBER' };
  if (tlp === 'GREEN' || audience === undefined) return { tlp: 'AMBER', audience: someMembers };
  if (to.length > 1) return { tlp, audience: to.toSpliced(Math.floor(random() * to.length), 1).join(',') };
  return { tlp: 'AMBER_STRICT', audience: oneOf(names.agencies, random) };
}

function forMore({ tlp, audience }: Marking, names: Names, random: () => number): Marking {
  if (tlp === 'CLEAR' || tlp === 'GREEN') return { tlp: 'CLEAR' };
  if (audience === undefined || random() < 0.3) return { tlp: 'GREEN' };
  const { groups, participants, agencies } = names;
  const more = oneOf(tlp === 'AMBER' ? [...groups, ...participants, ...agencies] : agencies, random);
  return { tlp, audience: [...new Set([...audience.split(','), more])].join(',') };
}

function oneOf(from: readonly string[], random: () => number): string {
  return from[Math.floor(random() * from.length)] ?? '';
}
