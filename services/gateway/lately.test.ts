import { encodeRecord } from '@puebla/kit';
import { kindOf, type Tlp } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { createLately } from './lately.ts';

const kind = kindOf('alert');
if (kind === undefined) throw new Error('no alert');
const recordOf = (tlp: string, readers?: string) => ({
  content: encodeRecord('mx-fgr/1', Buffer.from('x'), [
    ['ce_type', 'alert'],
    ['ce_tlp', tlp],
    ...(readers === undefined ? [] : ([['ce_readers', readers]] as const)),
  ]),
});

test('the last 50 of an agency and kind are known by their marking, the oldest first', () => {
  const lately = createLately();
  expect(lately.of('mx-fgr', kind)).toEqual([]);
  lately.note('mx-fgr/1', recordOf('CLEAR'));
  for (let n = 2; n <= 51; n += 1) lately.note(`mx-fgr/${n}`, recordOf('AMBER', n % 2 ? 'GT' : 'SV'));
  lately.note('gt-mp/1', recordOf('RED', 'sv-fgr'));
  const amber: Tlp = 'AMBER';
  expect(lately.of('mx-fgr', kind)).toHaveLength(50);
  expect(lately.of('mx-fgr', kind).slice(0, 2)).toEqual([
    { tlp: amber, readers: 'SV' },
    { tlp: amber, readers: 'GT' },
  ]);
  expect(lately.of('gt-mp', kind)).toEqual([{ tlp: 'RED', readers: 'sv-fgr' }]);
  expect(lately.of('sv-fgr', kind)).toEqual([]);
});

test('those marked alike are held once', () => {
  const lately = createLately();
  for (let n = 1; n <= 30; n += 1) lately.note(`mx-fgr/${n}`, recordOf('AMBER', 'GT'));
  expect(new Set(lately.of('mx-fgr', kind)).size).toBe(1);
});

test('what is no event of the exchange is passed over', () => {
  const lately = createLately();
  lately.note('mx-fgr/1', recordOf('PURPLE'));
  lately.note('mx-fgr/2', { content: encodeRecord('mx-fgr/2', null, []) });
  expect(lately.of('mx-fgr', kind)).toEqual([]);
});
