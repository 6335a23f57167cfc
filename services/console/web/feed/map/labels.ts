import type { Cluster } from './clusters.ts';
import type { CountryCount } from './measures.ts';
import type { Drawing, Pixel } from './shapes.ts';
import { onScreen, type Sight } from './sight.ts';

export interface Label extends CountryCount {
  readonly at: Pixel;
}

const letterPx = 8;
const linePx = 15;
/** How far from a country's middle its number may stand, nearest first. */
const shifts: readonly Pixel[] = [
  [0, 0],
  ...[16, 28].flatMap((far): Pixel[] => [
    [0, -far],
    [0, far],
    [-1.5 * far, 0],
    [1.5 * far, 0],
  ]),
];

/**
 * Numbers of the countries in sight that have room: none over another, of which the larger stays, nor over what is gathered at a point.
 * @param counts the largest first
 */
export function labelsOf(
  counts: readonly CountryCount[],
  drawing: Drawing,
  sight: Sight,
  clusters: readonly Cluster[],
): readonly Label[] {
  const places = new Map(drawing.countries.map(({ code, middle }) => [code, middle]));
  const labels: Label[] = [];
  for (const { country, count } of counts) {
    const middle = places.get(country);
    if (middle === undefined) continue;
    const [x, y] = onScreen(sight, middle);
    const half = widthOf(count) / 2;
    const isFree = (at: Pixel): boolean =>
      at[0] > 0 &&
      at[1] > 0 &&
      at[0] < drawing.width &&
      at[1] < drawing.height &&
      labels.every((other) => isClear(at, other.at, half + widthOf(other.count) / 2, linePx)) &&
      clusters.every((one) => isClear(at, one.at, half + one.radius, linePx / 2 + one.radius));
    const at = shifts.map(([dx, dy]): Pixel => [x + dx, y + dy]).find(isFree);
    if (at !== undefined) labels.push({ country, count, at });
  }
  return labels;
}

function isClear(one: Pixel, other: Pixel, across: number, down: number): boolean {
  return Math.abs(other[0] - one[0]) > across || Math.abs(other[1] - one[1]) > down;
}

function widthOf(count: number): number {
  return ('MX '.length + String(count).length) * letterPx;
}
