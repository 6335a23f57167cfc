import Papa from 'papaparse';
import { expect, test } from 'vitest';
import { itemOf } from '../event.ts';
import { csvOf, geoJsonOf } from './formats.ts';

const event = (headline: string, places: readonly object[] = []) => {
  const time = '2026-01-01T00:00:00Z';
  const about = {
    id: 'a',
    source: 'mx-fgr',
    type: 'alert',
    participant: 'MX',
    tlp: 'GREEN',
    time,
    recordedtime: time,
  };
  return itemOf({
    ...about,
    data: { category: 'SMUGGLING', places, information: [{ language: 'es', headline }] },
  });
};
const at = { leg: 'TRANSIT', country: 'MX', latitude: 32.5, longitude: -117 };
const rowsOf = (csv: string) => Papa.parse<Record<string, string>>(csv, { header: true }).data;

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '\uFF1D1', '=HYPERLINK("https://x";"y")'])(
  '%j is no formula in a table',
  (headline) => {
    expect(rowsOf(csvOf([event(headline)]))[0]?.['headline']).toBe(`'${headline}`);
  },
);

test('any other text is as it was said, with quotes, commas and lines; numbers stay numbers', () => {
  const headline = 'Dijo: "no", y\nse fue; 5 = 5 🙂';
  expect(rowsOf(csvOf([event(headline, [at])]))[0]).toMatchObject({
    address: '/v1/events/mx-fgr/a',
    tlp: 'GREEN',
    category: 'SMUGGLING',
    countries: 'MX',
    longitude: '-117',
    headline,
  });
});

test('GeoJSON: a point, several points, none', () => {
  const { type, features } = JSON.parse(geoJsonOf([event('a', [at]), event('b', [at, at]), event('c')]));
  expect(type).toBe('FeatureCollection');
  expect(features.map(({ geometry }: { geometry: unknown }) => geometry)).toEqual([
    { type: 'Point', coordinates: [-117, 32.5] },
    {
      type: 'MultiPoint',
      coordinates: [
        [-117, 32.5],
        [-117, 32.5],
      ],
    },
    null,
  ]);
  expect(features[0].properties).toMatchObject({ tlp: 'GREEN', headline: 'a' });
});
