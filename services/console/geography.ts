import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { GeometryCollection, MultiPolygon, Polygon, Topology } from 'topojson-specification';
import type { Plugin } from 'vite';

/** What the page knows of a country's shape. */
export interface CountryShape {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
}
export type Geography = Topology<{ readonly countries: GeometryCollection<CountryShape> }>;

/** ISO 3166-1 numeric codes (the atlas's) of what the map shows: the Americas but for their south. */
const shown: Readonly<Record<string, string>> = Object.fromEntries(
  (
    '028 AG,044 BS,052 BB,060 BM,068 BO,076 BR,084 BZ,092 VG,124 CA,136 KY,170 CO,188 CR,192 CU,212 DM,214 DO,218 EC,222 SV,' +
    '308 GD,312 GP,320 GT,328 GY,332 HT,340 HN,388 JM,474 MQ,484 MX,500 MS,531 CW,533 AW,534 SX,558 NI,591 PA,604 PE,630 PR,' +
    '652 BL,659 KN,660 AI,662 LC,663 MF,670 VC,740 SR,780 TT,796 TC,840 US,850 VI,862 VE'
  )
    .split(',')
    .map((pair) => pair.split(' ') as [string, string]),
);
/** Islands of countries that have many: what is smaller, in square degrees, is not seen at any size of the map. */
const smallestRing = 0.3;
const manyRings = 6;
/** Points of an outline that are nearer to each other, in degrees, are one: hardly more than a pixel of the whole map, which is loaded at the first look. */
const nearest = 0.21;

/** So many of the atlas's units are one of ours, some three hundredths of a degree: a third of the bytes are digits that nobody sees. */
const coarseness = 8;

type Shape = Polygon<object> | MultiPolygon<object>;
type Atlas = Topology<{ readonly countries: GeometryCollection<object> }>;

/** The module `virtual:geography`: of the atlas what the map shows, and no more. */
export function geography(): Plugin {
  const name = 'virtual:geography';
  return {
    name: 'geography',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}`
        ? `export default JSON.parse(${JSON.stringify(JSON.stringify(cutDown()))});`
        : undefined,
  };
}

function cutDown(): Geography {
  const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
  const atlas = JSON.parse(readFileSync(file, 'utf8')) as Atlas;
  const arcs: Atlas['arcs'] = [];
  const places = new Map<number, number>();
  const kept = (arc: number): number => {
    const from = arc < 0 ? ~arc : arc;
    let to = places.get(from);
    if (to === undefined) {
      to = arcs.push(coarser(atlas.arcs[from] ?? [], atlas.transform?.scale ?? [1, 1])) - 1;
      places.set(from, to);
    }
    return arc < 0 ? ~to : to;
  };
  const geometries = atlas.objects.countries.geometries.flatMap((geometry) => {
    const code = shown[String(geometry.id)];
    if (code === undefined || (geometry.type !== 'Polygon' && geometry.type !== 'MultiPolygon')) return [];
    const polygons = largeOf(atlas, geometry).map((rings) => rings.map((ring) => ring.map(kept)));
    return [{ type: 'MultiPolygon' as const, properties: { code }, arcs: polygons }];
  });
  const { transform } = atlas;
  const countries = { type: 'GeometryCollection' as const, geometries };
  const scale = transform?.scale.map((step) => step * coarseness) as [number, number];
  return {
    type: 'Topology',
    ...(transform && { transform: { ...transform, scale } }),
    objects: { countries },
    arcs,
  };
}

/**
 * Of an arc (each point as it differs from the one before) the points that are far enough from each other, and its ends: neighbours share it,
 * and still meet, also as each place is rounded by itself.
 */
function coarser(arc: Atlas['arcs'][number], [scaleX = 1, scaleY = 1]: readonly number[]): number[][] {
  const kept: number[][] = [];
  let [x, y] = [0, 0];
  let last = { x, y, coarseX: 0, coarseY: 0 };
  for (const [nr, [dx = 0, dy = 0]] of arc.entries()) {
    [x, y] = [x + dx, y + dy];
    const isEnd = nr === 0 || nr === arc.length - 1;
    if (!isEnd && Math.hypot((x - last.x) * scaleX, (y - last.y) * scaleY) < nearest) continue;
    const [coarseX, coarseY] = [Math.round(x / coarseness), Math.round(y / coarseness)];
    kept.push([coarseX - last.coarseX, coarseY - last.coarseY]);
    last = { x, y, coarseX, coarseY };
  }
  return kept;
}

function largeOf(atlas: Atlas, shape: Shape): number[][][] {
  const polygons = shape.type === 'Polygon' ? [shape.arcs] : shape.arcs;
  if (polygons.length < manyRings) return polygons;
  return polygons.filter(([ring = []]) => sizeOf(atlas, ring) >= smallestRing);
}

/** Of the box around a ring, in square degrees. */
function sizeOf({ arcs, transform }: Atlas, ring: readonly number[]): number {
  const [scaleX, scaleY] = transform?.scale ?? [1, 1];
  const xs: number[] = [];
  const ys: number[] = [];
  for (const arc of ring) {
    let [x, y] = [0, 0];
    for (const [dx = 0, dy = 0] of arcs[arc < 0 ? ~arc : arc] ?? []) {
      [x, y] = [x + dx, y + dy];
      xs.push(x);
      ys.push(y);
    }
  }
  return (Math.max(...xs) - Math.min(...xs)) * scaleX * (Math.max(...ys) - Math.min(...ys)) * scaleY;
}
