import { expect, test } from 'vitest';
import { isNamed, resolveAudience } from './audience.ts';
import { tableRegister } from './handling-table.ts';
import { directoryAt, type Tlp } from './index.ts';

const directory = directoryAt(tableRegister, Date.UTC(2026, 5, 1));

const refused: readonly (readonly [string | undefined, Tlp, readonly { rule: string; name?: string }[]])[] = [
  ['GT', 'CLEAR', [{ rule: 'handling/audience' }]],
  ['', 'GREEN', [{ rule: 'handling/audience' }]],
  [undefined, 'AMBER_STRICT', [{ rule: 'handling/agencies' }]],
  [undefined, 'RED', [{ rule: 'handling/agencies' }]],
  ['', 'RED', [{ rule: 'handling/agencies' }]],
  ['GT', 'AMBER_STRICT', [{ rule: 'handling/agencies' }]],
  ['gt-pgn,MEMBERS', 'AMBER_STRICT', [{ rule: 'handling/agencies' }]],
  ['', 'AMBER', [{ rule: 'handling/unknown-reader' }]],
  ['GT,,SV', 'AMBER', [{ rule: 'handling/unknown-reader' }]],
  ['gt', 'AMBER', [{ rule: 'handling/unknown-reader', name: 'gt' }]],
  ['CARIBBEAN', 'AMBER', [{ rule: 'handling/unknown-reader', name: 'CARIBBEAN' }]],
  [
    'GT,mx-comar,XX',
    'AMBER',
    [
      { rule: 'handling/unknown-reader', name: 'mx-comar' },
      { rule: 'handling/unknown-reader', name: 'XX' },
    ],
  ],
  ['pa-mp', 'AMBER_STRICT', [{ rule: 'handling/unknown-reader', name: 'pa-mp' }]],
  ['María García', 'AMBER', [{ rule: 'handling/unknown-reader' }]],
];

test.each(refused)('%j at %s is refused, by name where that is a code', (audience, tlp, expected) => {
  const { readers, violations } = resolveAudience(audience, tlp, directory);
  expect(readers).toBeUndefined();
  expect(
    violations.map(({ pointer, rule, name }) => ({ pointer, rule, ...(name === undefined ? {} : { name }) })),
  ).toEqual(expected.map((violation) => ({ pointer: '/audience', ...violation })));
});

test('a name is whole: no part of another', () => {
  expect(isNamed('GT,SV,mx-fgr', 'mx-fgr')).toBe(true);
  expect(isNamed('GT,SV,mx-fgr', 'mx-fg')).toBe(false);
  expect(isNamed('GT,SV,mx-fgr', 'T')).toBe(false);
  expect(isNamed('GT', 'GT')).toBe(true);
  expect(isNamed(undefined, 'GT')).toBe(false);
});

test('a group of nobody is refused: an event for nobody would be lost behind its receipt', () => {
  const without = directoryAt(
    { ...tableRegister, participants: tableRegister.participants.filter(({ status }) => status !== 'GUEST') },
    Date.UTC(2026, 5, 1),
  );
  expect(resolveAudience('GUESTS', 'AMBER', without)).toMatchObject({
    readers: undefined,
    violations: [{ rule: 'handling/unknown-reader', name: 'GUESTS' }],
  });
});
