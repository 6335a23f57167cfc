import { expect, test } from 'vitest';
import { clustersOf } from './clusters.ts';
import type { Drawing } from './shapes.ts';
import { whole } from './sight.ts';

const drawing = { width: 400, height: 300 } as Drawing;
const points = Array.from({ length: 2_000 }, (_, nr) => ({
  at: [(nr * 37) % 400, ((nr * 53) % 300) * ((nr % 7) / 7)] as [number, number],
  name: `mx-fgr/${nr}`,
}));

test('none lies in another, and each point in sight is counted in one', () => {
  const clusters = clustersOf(points, whole, drawing);
  expect(clusters.reduce((sum, { count }) => sum + count, 0)).toBe(points.length);
  for (const one of clusters) {
    const others = clusters.filter((other) => other !== one && other.count <= one.count);
    const hidden = others.filter(({ at }) => Math.hypot(at[0] - one.at[0], at[1] - one.at[1]) < one.radius);
    expect(hidden).toEqual([]);
  }
  expect(clusters.length).toBeGreaterThan(20);
});

test('points that are far from each other stand for themselves', () => {
  const far = [
    { at: [20, 20], name: 'gt-mp/a' },
    { at: [200, 150], name: 'mx-fgr/b' },
  ] as const;
  const names = clustersOf(far, whole, drawing).map(({ name }) => name);
  expect(names.sort()).toEqual(['gt-mp/a', 'mx-fgr/b']);
});
