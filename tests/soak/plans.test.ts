import { expect, test } from 'vitest';
import { demonstrationWorld } from './demonstration.ts';
import type { Names } from './marks.ts';
import { stampedIn } from './oracle.ts';
import { type Plan, planOf } from './plans.ts';

const names: Names = {
  groups: ['CA4', 'OBSERVERS'],
  participants: ['MX', 'GT', 'ES'],
  agencies: ['gt-pgn', 'rncom-network', 'mx-fgr'],
};
const readers = ['gt-pgn', 'es-interior', 'hn-inm'];
const plansOf = (seed: number, kind = 'alert'): Plan[] =>
  Array.from({ length: 500 }, (_, number) =>
    planOf({ seed, place: number % 5, number, kind, names, readers }),
  );

test('plans are the same for the same seed, and differ from seed to seed', () => {
  expect(plansOf(1)).toEqual(plansOf(1));
  expect(plansOf(1)).not.toEqual(plansOf(2));
});

test('versions are for fewer, for more and for the same; every audience is one that is taken', () => {
  const world = demonstrationWorld();
  const sizeOf = ({ tlp, audience }: Plan['marking']): number => {
    const order = ['AMBER_STRICT', 'AMBER', 'GREEN', 'CLEAR'].indexOf(tlp) * 100;
    return order + (audience?.split(',').length ?? 50);
  };
  const changes = plansOf(3).flatMap(({ marking, steps }) => {
    const versions = steps.filter((step) => step.what === 'version').map((step) => step.marking);
    for (const one of [marking, ...versions]) expect([one, stampedIn(world, one)]).not.toContain(undefined);
    return versions.map((next, at) => Math.sign(sizeOf(next) - sizeOf(versions[at - 1] ?? marking)));
  });
  for (const sign of [-1, 0, 1]) expect(changes.filter((one) => one === sign).length).toBeGreaterThan(40);
});

test('some are answered, some taken back, at its end or at the same time as a version comes', () => {
  const steps = plansOf(4).flatMap((plan) => plan.steps);
  const share = (is: (step: Plan['steps'][number]) => boolean): number => steps.filter(is).length;
  expect(share(({ what }) => what === 'recall')).toBeGreaterThan(200);
  expect(share((step) => step.what === 'version' && step.raced)).toBeGreaterThan(20);
  expect(share((step) => step.what === 'acknowledgement' && step.takenBack)).toBeGreaterThan(20);
  expect(share(({ afterMs }) => afterMs === 0)).toBeGreaterThan(50);
});

test('reports of practices have no versions', () => {
  const kinds = plansOf(5, 'practice').flatMap(({ steps }) => steps.map(({ what }) => what));
  expect(new Set(kinds)).toEqual(new Set(['acknowledgement', 'recall']));
});
