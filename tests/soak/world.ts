import type { Change, DirectoryHistory, Outage } from './history.ts';

type Span = Pick<Outage, 'from' | 'to'>;

/** The directory at one moment, as the checker knows it. */
export interface World {
  /** By participant. */
  readonly statuses: Readonly<Record<string, string>>;
  /** The participant of each agency that takes part. */
  readonly agencies: Readonly<Record<string, string>>;
  /** Everybody of a status, or some of it. */
  readonly groups: Readonly<
    Record<string, { readonly status: string; readonly some: readonly string[] | 'all' }>
  >;
  readonly offices: Readonly<Record<string, string>>;
  /** Persons who may read RED, `<agency>/<person>`. */
  readonly cleared: readonly string[];
  /** By who is sponsored. */
  readonly sponsors: Readonly<Record<string, string>>;
}

/** When it may have been so; two that follow each other overlap, since a change takes its time. */
export interface Period {
  readonly from: number;
  readonly to: number;
  readonly world: World;
}

/** Whoever is out is out within five seconds (`services/feeds`), of a time in which the exchange is ready. */
const settledWithinMs = 5_000;

export function settled(at: number, outages: readonly Span[], withinMs = settledWithinMs): number {
  let until = at + withinMs;
  for (const { from, to } of outages) if (from < until && to > at) until = to + withinMs;
  return until;
}

/** Which directories may have been in force, in order. A change is in force at some time between asking and `settled` after its answer. */
export function periodsOf({ begins, notes }: DirectoryHistory, outages: readonly Span[]): Period[] {
  const worlds = [begins];
  for (const { change } of notes) worlds.push(changed(worlds.at(-1) ?? begins, change));
  return worlds.map((world, place) => ({
    world,
    from: notes[place - 1]?.askedAt ?? Number.NEGATIVE_INFINITY,
    to: settled(notes[place]?.doneAt ?? Number.POSITIVE_INFINITY, outages),
  }));
}

export function worldsWithin(periods: readonly Period[], from: number, to: number): World[] {
  return periods.filter((period) => period.from <= to && period.to >= from).map(({ world }) => world);
}

function changed(world: World, change: Change): World {
  switch (change.what) {
    case 'agency': {
      const { [change.agency]: _known, ...others } = world.agencies;
      const agencies = change.begins ? { ...others, [change.agency]: change.participant } : others;
      return { ...world, agencies };
    }
    case 'group': {
      const known = world.groups[change.group] ?? { status: 'MEMBER', some: [] };
      const others = known.some === 'all' ? [] : known.some.filter((code) => code !== change.participant);
      const some = change.joins ? [...others, change.participant] : others;
      return { ...world, groups: { ...world.groups, [change.group]: { ...known, some } } };
    }
    case 'status':
      return { ...world, statuses: { ...world.statuses, [change.participant]: change.status } };
    case 'office':
      return { ...world, offices: { ...world.offices, [change.office]: change.agency } };
    case 'clearance': {
      const others = world.cleared.filter((person) => person !== change.person);
      return { ...world, cleared: change.begins ? [...others, change.person] : others };
    }
    case 'sponsorship': {
      const { [change.sponsored]: _known, ...others } = world.sponsors;
      const sponsors = change.begins ? { ...others, [change.sponsored]: change.sponsor } : others;
      return { ...world, sponsors };
    }
  }
}
