import topology from 'virtual:geography';
import { geoArea, geoCentroid, geoContains, geoMercator, geoPath } from 'd3-geo';
import type { Feature, MultiPolygon, Polygon } from 'geojson';
import { feature } from 'topojson-client';
import type { CountryShape } from '../../../geography.ts';
import type { Position } from './measures.ts';

type Country = Feature<Polygon | MultiPolygon, CountryShape>;

const countries = feature(topology, topology.objects.countries).features as readonly Country[];

/** Of the part that has most of the country: islands far away say nothing of where it is. */
const middles: ReadonlyMap<string, Position> = new Map(
  countries.map(({ properties, geometry }) => [properties.code, geoCentroid(mainOf(geometry))]),
);

function mainOf(geometry: Polygon | MultiPolygon): Polygon {
  if (geometry.type === 'Polygon') return geometry;
  const parts = geometry.coordinates.map((coordinates): Polygon => ({ type: 'Polygon', coordinates }));
  return parts.reduce((main, part) => (geoArea(part) > geoArea(main) ? part : main));
}

export function middleOf(country: string): Position | undefined {
  return middles.get(country);
}

/** ISO 3166-1 alpha-2 of the country that a position is in, as finely as the outlines are drawn. */
export function countryAt(at: Position): string | undefined {
  return countries.find((country) => geoContains(country, [...at]))?.properties.code;
}

/** A point of the drawing, in pixels. */
export type Pixel = readonly [x: number, y: number];

/** The map at a width: how it is drawn, and where things are on it. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly countries: readonly DrawnCountry[];
  place(at: Position): Pixel;
  /** The position that is drawn there. */
  positionAt(at: Pixel): Position;
}

export interface DrawnCountry {
  /** ISO 3166-1 alpha-2. */
  readonly code: string;
  /** Of an SVG path. */
  readonly outline: string;
  readonly middle: Pixel;
}

/** The member countries and the ways between them; what lies farther off is reached by moving the map. */
const corners = {
  type: 'MultiPoint' as const,
  coordinates: [
    [-124, 2],
    [-60, 48],
  ],
};
const heightOfWidth = 0.82;

export function drawn(width: number): Drawing {
  const height = Math.round(width * heightOfWidth);
  const projection = geoMercator().fitExtent(
    [
      [0, 0],
      [width, height],
    ],
    corners,
  );
  // Half a pixel is not seen.
  const path = geoPath(projection).digits(1);
  const place = ([longitude, latitude]: Position): Pixel => projection([longitude, latitude]) ?? [-1, -1];
  return {
    width,
    height,
    place,
    positionAt: (at) => projection.invert?.([...at]) ?? [0, 0],
    countries: countries.map((country) => {
      const { code } = country.properties;
      return { code, outline: path(country) ?? '', middle: place(middles.get(code) ?? [0, 0]) };
    }),
  };
}
