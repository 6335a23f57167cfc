import type { CountryCount } from './measures.ts';
import type { Drawing, Pixel } from './shapes.ts';
import { onScreen, type Sight } from './sight.ts';

export interface Label extends CountryCount {
  readonly at: Pixel;
}

const letterPx = 7;
const linePx = 15;

/** Numbers of the countries in sight that have room; where two would overlap the larger stays. @param counts the largest first */
export function labelsOf(counts: readonly CountryCount[], drawing: Drawing, sight: Sight): readonly Label[] {
  const places = new Map(drawing.countries.map(({ code, middle }) => [code, middle]));
  const labels: Label[] = [];
  for (const { country, count } of counts) {
    const middle = places.get(country);
    if (middle === undefined) continue;
    const at = onScreen(sight, middle);
    const isSeen = at[0] > 0 && at[1] > 0 && at[0] < drawing.width && at[1] < drawing.height;
    const isFree = labels.every(
      (other) =>
        Math.abs(other.at[1] - at[1]) > linePx ||
        Math.abs(other.at[0] - at[0]) > ((widthOf(other.count) + widthOf(count)) * letterPx) / 2,
    );
    if (isSeen && isFree) labels.push({ country, count, at });
  }
  return labels;
}

function widthOf(count: number): number {
  return 'MX '.length + String(count).length;
}
