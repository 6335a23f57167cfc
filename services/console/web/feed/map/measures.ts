import type { Item, Spot } from '../event.ts';

/** Longitude and latitude, WGS 84. */
export type Position = readonly [longitude: number, latitude: number];

/** An event at a place that it says to the point. */
export interface Point {
  readonly at: Position;
  readonly name: string;
}

/** A way from place to place that events tell of, and how many. */
export interface Leg {
  readonly from: Position;
  readonly to: Position;
  readonly count: number;
}

export interface CountryCount {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly count: number;
}

/** What the map shows of events. */
export interface Measures {
  /** Each event once in each of its countries; the most first. */
  readonly countries: readonly CountryCount[];
  readonly points: readonly Point[];
  /** The most travelled first. */
  readonly legs: readonly Leg[];
  /** Events that name no country. */
  readonly nowhere: number;
}

/** More are not told apart on a map. */
const mostLegs = 300;

/** @param middleOf where a country is, for a place that is said no finer */
export function measuresOf(
  items: readonly Item[],
  middleOf: (country: string) => Position | undefined,
): Measures {
  const countries = new Map<string, number>();
  const legs = new Map<number, Counted<Leg>>();
  const points: Point[] = [];
  let nowhere = 0;
  for (const { name, facets, spots } of items) {
    if (facets.countries.length === 0) nowhere += 1;
    for (const country of facets.countries) countries.set(country, (countries.get(country) ?? 0) + 1);
    let before: Position | undefined;
    for (const spot of spots) {
      const exact = positionOf(spot);
      if (exact !== undefined) points.push({ at: exact, name });
      const at = exact ?? middleOf(spot.country ?? '');
      if (at === undefined) continue;
      if (before !== undefined && !isSame(before, at)) addLeg(legs, before, at);
      before = at;
    }
  }
  return {
    countries: [...countries]
      .map(([country, count]) => ({ country, count }))
      .sort((a, b) => b.count - a.count || (a.country < b.country ? -1 : 1)),
    points,
    legs: [...legs.values()].sort((a, b) => b.count - a.count).slice(0, mostLegs),
    nowhere,
  };
}

function positionOf({ latitude, longitude }: Spot): Position | undefined {
  return typeof latitude === 'number' && typeof longitude === 'number' ? [longitude, latitude] : undefined;
}

function isSame(a: Position, b: Position): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** A number that goes up while it is counted: there are a hundred thousand of them. */
type Counted<Of> = Of & { count: number };

function addLeg(legs: Map<number, Counted<Leg>>, from: Position, to: Position): void {
  const key = cellOf(from) * cells + cellOf(to);
  const known = legs.get(key);
  if (known === undefined) legs.set(key, { from, to, count: 1 });
  else known.count += 1;
}

/** What lies within a tenth of a degree is one place. */
const perDegree = 10;
const cells = 360 * perDegree * (180 * perDegree + 1);
function cellOf([longitude, latitude]: Position): number {
  const column = Math.round((longitude + 180) * perDegree);
  return column * (180 * perDegree + 1) + Math.round((latitude + 90) * perDegree);
}

/** How dark a country is, from 0 (none) to 4, by how its number stands to the largest: each step is four times as many. */
export function shadeOf(count: number, largest: number): number {
  if (count === 0) return 0;
  return Math.max(1, 4 - Math.floor(Math.log(largest / count) / Math.log(4)));
}
