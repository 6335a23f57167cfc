import { expect, test } from 'vitest';
import { type Item, itemOf, type Spot } from '../event.ts';
import { measuresOf, shadeOf } from './measures.ts';

const middles: Readonly<Record<string, readonly [number, number]>> = { GT: [-90, 15], MX: [-102, 24] };
const spot = (country: string, more: Partial<Spot> = {}): Spot => ({
  leg: 'TRANSIT',
  country,
  subdivision: null,
  locality: null,
  latitude: null,
  longitude: null,
  ...more,
});

function event(id: string, places: readonly Spot[]): Item {
  const time = '2026-01-01T00:00:00Z';
  const about = {
    id,
    source: 'mx-fgr',
    type: 'alert',
    participant: 'MX',
    tlp: 'CLEAR',
    time,
    recordedtime: time,
  };
  return itemOf({ ...about, data: { places } });
}
const measured = (...events: readonly Item[]) => measuresOf(events, (country) => middles[country]);

test('each event counts once in each of its countries, the most first; without a country it is counted apart', () => {
  const { countries, nowhere } = measured(
    event('a', [spot('GT'), spot('GT'), spot('MX')]),
    event('b', [spot('MX')]),
    event('c', []),
  );
  expect(countries).toEqual([
    { country: 'MX', count: 2 },
    { country: 'GT', count: 1 },
  ]);
  expect(nowhere).toBe(1);
});

test('points are where an event says it to the point; zero is a coordinate', () => {
  const { points } = measured(event('a', [spot('GT'), spot('MX', { latitude: 0, longitude: 0 })]));
  expect(points).toEqual([{ at: [0, 0], name: 'mx-fgr/a' }]);
});

test('legs go from place to place in their order, by the middle of a country that is said no finer', () => {
  const route = [spot('GT'), spot('XX'), spot('MX', { latitude: 32.5, longitude: -117 }), spot('MX')];
  const { legs } = measured(
    event('a', route),
    event('b', route.slice(0, 3)),
    event('c', [spot('GT'), spot('GT')]),
  );
  expect(legs).toEqual([
    { from: [-90, 15], to: [-117, 32.5], count: 2 },
    { from: [-117, 32.5], to: [-102, 24], count: 1 },
  ]);
});

test('shades: none for none, the darkest for the most, one is seen beside a million', () => {
  expect([shadeOf(0, 10), shadeOf(10, 10), shadeOf(2, 10), shadeOf(1, 1_000_000)]).toEqual([0, 4, 3, 1]);
});
