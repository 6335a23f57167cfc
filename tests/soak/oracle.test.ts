import { expect, test } from 'vitest';
import { demonstrationWorld } from './demonstration.ts';
import type { Stamp } from './history.ts';
import { isSameStamp, mayRead, mayReadVersion, stampedIn } from './oracle.ts';

/** The rows of rules.md, canRead, one by one: this is what the exchange is judged by. */

const world = demonstrationWorld();
const owner = 'mx-fgr';
const named = (tlp: string): Stamp => ({ tlp, readers: 'GT,co-fgn' });

test.each<[string, string | undefined, Stamp, boolean]>([
  ['2: an agency that there is not', 'mx-none', { tlp: 'CLEAR' }, false],
  ['4: CLEAR', undefined, { tlp: 'CLEAR' }, true],
  ['4: no other', undefined, { tlp: 'GREEN' }, false],
  ['5: a system', owner, { tlp: 'RED', readers: owner }, false],
  ['6: the publishing agency', owner, named('AMBER_STRICT'), true],
  ['6: no other agency of its participant', 'mx-inm', named('AMBER'), false],
  ['6: the holder of the office', 'ppt-office', { ...named('AMBER'), office: 'PRESIDENCY' }, true],
  ['6: the holder of another office', 'ts-office', { ...named('AMBER'), office: 'PRESIDENCY' }, false],
  ['7: a guest', 'es-interior', { tlp: 'CLEAR' }, true],
  ['8: a guest', 'es-interior', { tlp: 'GREEN' }, false],
  ['8: civil society', 'rncom-network', { tlp: 'GREEN' }, true],
  ['8: a body', 'ts-office', { tlp: 'GREEN' }, true],
  ['9: a participant', 'gt-mp', named('AMBER'), true],
  ['9: an agency', 'co-fgn', named('AMBER'), true],
  ['9: another agency of its participant', 'co-migracion', named('AMBER'), false],
  ['10: an agency', 'co-fgn', named('AMBER_STRICT'), true],
  ['10: a participant', 'gt-mp', named('AMBER_STRICT'), false],
  ['11: a marking that nobody knows', 'gt-mp', { tlp: 'WHITE' }, false],
])('row %s', (_row, reader, stamp, may) => {
  expect(mayRead(reader, owner, stamp, world)).toBe(may);
});

test.each<[string, string, Stamp, Stamp, boolean]>([
  ['for both', 'gt-mp', named('AMBER'), { tlp: 'GREEN' }, true],
  [
    'for the version alone: narrowing closes the history',
    'gt-mp',
    { tlp: 'GREEN' },
    named('AMBER_STRICT'),
    false,
  ],
  [
    'for the newest alone: widening opens the new one',
    'gt-mp',
    named('AMBER_STRICT'),
    { tlp: 'GREEN' },
    false,
  ],
])('a version that is %s', (_case, reader, version, newest, may) => {
  expect(mayReadVersion(reader, { owner, stamp: version }, { owner, stamp: newest }, world)).toBe(may);
});

test.each<[string, string | undefined, string | undefined]>([
  ['AMBER', undefined, 'BZ,CA,CR,DO,SV,GT,HN,MX,NI,PA,US'],
  ['AMBER', 'CA4,gt-pgn', 'SV,GT,HN,NI,gt-pgn'],
  ['AMBER', 'GUESTS,IOM', 'ES,IOM'],
  ['AMBER', 'CA4,mx-none', undefined],
  ['AMBER_STRICT', 'gt-pgn,mx-fgr', 'gt-pgn,mx-fgr'],
  ['AMBER_STRICT', 'GT', undefined],
  ['AMBER_STRICT', undefined, undefined],
  ['CLEAR', undefined, undefined],
])('%s to %s is stamped so', (tlp, audience, readers) => {
  const stamp = stampedIn(world, { tlp, ...(audience === undefined ? {} : { audience }) });
  if (readers === undefined) expect(stamp?.readers).toBeUndefined();
  else expect(isSameStamp(stamp ?? { tlp: '' }, { tlp, readers })).toBe(true);
});
