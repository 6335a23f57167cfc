import { expect, test } from 'vitest';
import { askedOf, demonstrationRegister, directoryAt } from './index.ts';

const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 5, 1));

test('at AMBER one agency of each participant is asked, never the owner', () => {
  const asked = askedOf({ agency: 'mx-fgr', tlp: 'AMBER', readers: 'MX,GT,sv-fgr' }, directory);
  expect(asked.map(({ participant }) => participant)).toEqual(['SV', 'GT', 'MX'].sort(byDirectory));
  expect(asked.find(({ participant }) => participant === 'SV')?.agencies).toEqual(['sv-fgr']);
  expect(asked.find(({ participant }) => participant === 'GT')?.agencies).toContain('gt-mp');
  expect(asked.flatMap(({ agencies }) => agencies)).not.toContain('mx-fgr');
});

/** The answer has the order of the directory's agencies. */
function byDirectory(a: string, b: string): number {
  const order = [...directory.agencies.values()].map(({ participant }) => participant as string);
  return order.indexOf(a) - order.indexOf(b);
}

test('above AMBER each agency named is asked', () => {
  for (const tlp of ['AMBER_STRICT', 'RED'] as const)
    expect(askedOf({ agency: 'mx-fgr', tlp, readers: 'gt-mp,gt-pgn' }, directory)).toEqual([
      { participant: 'GT', agencies: ['gt-pgn'] },
      { participant: 'GT', agencies: ['gt-mp'] },
    ]);
});

test('of what is for everybody nobody is asked', () => {
  for (const tlp of ['CLEAR', 'GREEN'] as const)
    expect(askedOf({ agency: 'mx-fgr', tlp }, directory)).toEqual([]);
});
