import { expect, test } from 'vitest';
import {
  canPublish,
  demonstrationRegister,
  directoryAt,
  kindOf,
  type Marking,
  previewOf,
  validateEvent,
} from './index.ts';

const now = Date.UTC(2026, 5, 1);
const directory = directoryAt(demonstrationRegister, now);

/** The codes of what an alert of this agency is warned of, so marked, after it has published others so. */
function warned(marking: object, lately: readonly Marking[]): string[] {
  const kind = kindOf('alert');
  const agency = directory.agencies.get('mx-fgr');
  if (kind === undefined || agency === undefined) throw new Error('not there');
  const checked = validateEvent({ ...kind.example, ...marking }, now);
  if (!checked.ok) throw new Error(JSON.stringify(checked.violations));
  const permission = canPublish(agency, kind, checked.event, directory);
  if (!permission.ok) throw new Error(JSON.stringify(permission.violations));
  const { warnings } = previewOf(agency, kind, checked.event, permission, directory, lately);
  return warnings.map(({ pointer, rule }) => `${pointer} ${rule}`);
}

const times = (count: number, marking: Marking): Marking[] => Array.from({ length: count }, () => marking);
const toGuatemala = { tlp: 'AMBER', readers: 'GT' } as const;
const toOne = { tlp: 'AMBER_STRICT', readers: 'gt-mp' } as const;
const amber = (audience: string): object => ({ tlp: 'AMBER', audience });

test.each([
  ['a country that it has not reached', amber('GT,SV'), times(20, toGuatemala), ['/audience unusual/agency']],
  ['one that it has', amber('GT'), times(20, toGuatemala), []],
  ['an agency of one that it has', { tlp: 'RED', audience: 'gt-mp' }, times(20, toGuatemala), []],
  ['a country after one of its agencies', amber('GT'), times(20, toOne), ['/audience unusual/agency']],
  [
    'what a single one has reached',
    amber('GT,SV'),
    [...times(19, toGuatemala), { tlp: 'AMBER', readers: 'SV' }],
    [],
  ],
  ['all members, if none is named', { tlp: 'AMBER' }, times(20, toGuatemala), ['/tlp unusual/agency']],
  ['fewer than 20 to compare with', amber('GT,SV'), times(19, toGuatemala), []],
  [
    'everybody after those signed in',
    { tlp: 'CLEAR' },
    times(50, { tlp: 'GREEN' }),
    ['/tlp unusual/public', '/tlp unusual/agency'],
  ],
  [
    'everybody as always: of the kind alone',
    { tlp: 'CLEAR' },
    times(50, { tlp: 'CLEAR' }),
    ['/tlp unusual/public'],
  ],
] as const)('%s', (_name, marking, lately, expected) => {
  expect(warned(marking, [...lately])).toEqual(expected);
});

test('what is doubtful is warned of, with its place', () => {
  expect(warned({ ...amber('GT'), subject: 'La víctima Ana Luz Ejemplo' }, [])).toEqual([
    '/subject content/doubtful',
  ]);
});
