import { expect, test } from 'vitest';
import { demonstrationWorld } from './demonstration.ts';
import { type Names, randomMarking } from './marks.ts';
import { stampedIn } from './oracle.ts';
import { seeded } from './random.ts';

const names: Names = {
  groups: ['CA4', 'OBSERVERS', 'GUESTS'],
  participants: ['MX', 'ES'],
  agencies: ['gt-pgn', 'rncom-network'],
};

test('markings are such as are taken, each of them often, with all sorts of names', () => {
  const random = seeded(1);
  const drawn = Array.from({ length: 2_000 }, () => randomMarking('alert', random, names));
  for (const marking of drawn) expect(stampedIn(demonstrationWorld(), marking)).toBeDefined();
  for (const tlp of ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT'])
    expect(drawn.filter((marking) => marking.tlp === tlp).length).toBeGreaterThan(200);
  const named = new Set(drawn.flatMap(({ audience }) => audience?.split(',') ?? []));
  expect(named).toEqual(new Set([...names.groups, ...names.participants, ...names.agencies]));
  expect(drawn).toContainEqual({ tlp: 'AMBER' });
});

test('a kind to AMBER is not marked above it', () => {
  const random = seeded(2);
  const drawn = Array.from({ length: 500 }, () => randomMarking('practice', random, names).tlp);
  expect(new Set(drawn)).toEqual(new Set(['CLEAR', 'GREEN', 'AMBER']));
});
