import Papa from 'papaparse';
import type { Item } from '../event.ts';

/** What a program of tables would take for a formula; also behind spaces, and in the wide forms that it takes for the same. */
const formulae = /^\s*[=+\-@\t\r\n\uFF0B\uFF0D\uFF1D\uFF20]/;

/** One event a row; a text that would be taken for a formula has an apostrophe before it. */
export function csvOf(items: readonly Item[]): string {
  return Papa.unparse(items.map(rowOf), { escapeFormulae: formulae });
}

function rowOf({ name, kind, tlp, audience, agency, participant, time, recordedtime, ...item }: Item) {
  const { facets, spots, headlines, status } = item;
  const spot = spots.find(({ latitude, longitude }) => latitude !== null && longitude !== null);
  return {
    address: `/v1/events/${name}`,
    kind,
    tlp,
    audience,
    status,
    category: facets.category,
    severity: facets.severity,
    agency,
    participant,
    time,
    received: recordedtime,
    from: dateOf(facets.from),
    to: dateOf(facets.to),
    countries: facets.countries.join(' '),
    latitude: spot?.latitude,
    longitude: spot?.longitude,
    languages: headlines.map(({ language }) => language).join(' '),
    headline: headlines[0]?.text,
  };
}

function dateOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

/** RFC 7946: the places of an event that are said to the point, in its order; without any it has no geometry. */
export function geoJsonOf(items: readonly Item[]): string {
  const features = items.map((item) => ({
    type: 'Feature',
    id: item.name,
    properties: rowOf(item),
    geometry: geometryOf(item),
  }));
  return JSON.stringify({ type: 'FeatureCollection', features });
}

function geometryOf({ spots }: Item): object | null {
  const places = spots.flatMap(({ latitude, longitude }) =>
    latitude === null || longitude === null || latitude === undefined ? [] : [[longitude, latitude]],
  );
  if (places.length === 0) return null;
  return places.length === 1
    ? { type: 'Point', coordinates: places[0] }
    : { type: 'MultiPoint', coordinates: places };
}
