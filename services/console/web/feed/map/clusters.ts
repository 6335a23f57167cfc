import { hexbin } from 'd3-hexbin';
import type { Measures } from './measures.ts';
import type { Drawing, Pixel } from './shapes.ts';
import { onScreen, type Sight } from './sight.ts';

/** Points that would be drawn over each other. */
export interface Cluster {
  readonly at: Pixel;
  readonly radius: number;
  readonly count: number;
  /** Of one of its events. */
  readonly name: string;
}

const cellPx = 16;
const smallestPx = 4;

interface Placed {
  readonly at: Pixel;
  readonly name: string;
}

/** Where on the drawing the points are: asked once for all sights. */
export function placedOn(drawing: Drawing, { points }: Measures): readonly Placed[] {
  return points.map(({ at, name }) => ({ at: drawing.place(at), name }));
}

export function clustersOf(
  placed: readonly Placed[],
  sight: Sight,
  { width, height }: Drawing,
): readonly Cluster[] {
  const { scale, x, y } = sight;
  const bin = hexbin<Placed>()
    .radius(cellPx)
    .x(({ at }) => at[0] * scale + x)
    .y(({ at }) => at[1] * scale + y);
  const seen = placed.filter((point) => {
    const [left, top] = onScreen(sight, point.at);
    return left > -cellPx && top > -cellPx && left < width + cellPx && top < height + cellPx;
  });
  const cells = bin(seen).map((points) => {
    const middle = (axis: 0 | 1): number => points.reduce((sum, { at }) => sum + at[axis], 0) / points.length;
    const at = onScreen(sight, [middle(0), middle(1)]);
    return clusterOf(at, points.length, points[0]?.name ?? '');
  });
  return apart(cells);
}

function clusterOf(at: Pixel, count: number, name: string): Cluster {
  return { at, radius: Math.min(cellPx, smallestPx + 2.4 * Math.log2(count)), count, name };
}

/** What would lie over a larger one is counted in it: no number hides another. */
function apart(cells: readonly Cluster[]): readonly Cluster[] {
  const kept: Cluster[] = [];
  for (const { at, radius, count, name } of cells.toSorted((a, b) => b.count - a.count)) {
    const over = kept.findIndex(
      (one) => Math.hypot(one.at[0] - at[0], one.at[1] - at[1]) < one.radius + radius,
    );
    const larger = kept[over];
    if (larger === undefined) kept.push({ at, radius, count, name });
    else kept[over] = clusterOf(larger.at, larger.count + count, larger.name);
  }
  return kept;
}
