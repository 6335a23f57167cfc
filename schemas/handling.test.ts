import { describe, expect, test } from 'vitest';
import { resolveAudience } from './audience.ts';
import { tableEvents, tableGone, tableReaders, tableRegister } from './handling-table.ts';
import {
  anonymous,
  canRead,
  type Directory,
  demonstrationRegister,
  directoryAt,
  type HandledEvent,
  isFor,
  isOwner,
  noThreadStates,
  type Reader,
  readerOf,
  readersOf,
  type Tlp,
  tlpMarkings,
  tlpOf,
} from './index.ts';

const now = Date.UTC(2026, 5, 1);
const directory = directoryAt(tableRegister, now);

function readerNamed(name: string | null, of: Directory = directory): Reader {
  const [agency = '', person] = name?.split('/') ?? [];
  const reader = name === null ? anonymous : readerOf(of, agency, person);
  if (reader === undefined) throw new Error(`the table names ${name}, who is not there`);
  return reader;
}

function marking(name: string): Tlp {
  const tlp = tlpOf(name);
  if (tlp === undefined) throw new Error(name);
  return tlp;
}

test('the table has four hundred cases, of every kind that has its own rules, and every marking', () => {
  expect(tableEvents.length * tableReaders.length).toBeGreaterThanOrEqual(400);
  expect(new Set(tableEvents.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(3);
  expect(new Set(tableEvents.map(({ tlp }) => tlp))).toEqual(new Set(tlpMarkings));
  for (const { may } of tableEvents) for (const name of may) expect(tableReaders).toContain(name);
});

describe.each(tableEvents)('row $row: $kind of $agency, $tlp for $audience', (event) => {
  test.each(tableReaders.map((name) => ({ name, may: event.may.includes(name) })))(
    '$name: $may',
    ({ name, may }) => {
      expect(
        canRead(
          readerNamed(name),
          { ...event, kind: 'alert', id: 'one', tlp: marking(event.tlp) },
          directory,
          noThreadStates,
        ),
      ).toBe(may);
    },
  );
});

test.each(tableEvents.filter(({ written }) => !written))(
  'the audience $audience at $tlp is stamped as $readers',
  ({ audience, tlp, readers }) => {
    expect(resolveAudience(audience, marking(tlp), directory)).toEqual({ readers, violations: [] });
  },
);

test.each(tableGone)('row 2: %s is no reader now, and never anonymous', (name) => {
  expect(readerOf(directory, name)).toBeUndefined();
});

test('row 5: RED is for persons who are cleared, of its agency or of one that is named', () => {
  const red = { agency: 'mx-fgr', tlp: 'RED', readers: 'gt-pgn,us-dhs', sponsor: 'cr-oij' } as const;
  const may = (name: string, cleared: boolean): boolean =>
    isFor({ ...readerNamed(name), ...(cleared ? { cleared } : {}) }, red, directory);
  for (const name of ['mx-fgr', 'gt-pgn', 'us-dhs'])
    expect([may(name, true), may(name, false)]).toEqual([true, false]);
  for (const name of ['gt-mp', 'mx-inm', 'cr-oij', 'ts-office']) expect(may(name, true)).toBe(false);
});

test('row 6: what an office publishes goes with the office', () => {
  const event = { agency: 'ppt-office', tlp: 'AMBER', readers: 'BZ', office: 'PRESIDENCY' } as const;
  const readersAt = (instant: number): string[] => {
    const then = directoryAt(tableRegister, instant);
    return ['gt-pgn', 'us-dhs'].filter((name) => isFor(readerNamed(name, then), event, then));
  };
  const handover = Date.UTC(2026, 0, 1, 6);
  expect(readersAt(handover - 1)).toEqual(['gt-pgn']);
  expect(readersAt(handover)).toEqual(['us-dhs']);
});

test('a group that changes later opens and closes nothing that was said before', () => {
  const { readers } = resolveAudience('CA4', 'AMBER', directory);
  const smaller = directoryAt(
    { ...demonstrationRegister, groups: demonstrationRegister.groups.filter(({ group }) => group !== 'CA4') },
    now,
  );
  expect(resolveAudience('CA4', 'AMBER', smaller).violations).toHaveLength(1);
  const event = { agency: 'mx-fgr', tlp: 'AMBER', ...(readers === undefined ? {} : { readers }) } as const;
  expect(isFor(readerNamed('gt-pgn'), event, smaller)).toBe(true);
});

test('a wider marking never shows less to anybody but the publisher', () => {
  for (const { id } of directory.agencies.values()) {
    const may = tlpMarkings.map((tlp) => isFor(readerNamed(id), { agency: 'nobody', tlp }, directory));
    expect(may.lastIndexOf(true)).toBeLessThan(may.includes(false) ? may.indexOf(false) : may.length);
  }
});

test('the owners of an event: its agency, its sponsor, who holds its office today', () => {
  const event = { agency: 'rncom-network', tlp: 'AMBER', readers: 'MX,gt-mp', sponsor: 'cr-oij' } as const;
  const ofOffice = { agency: 'ppt-office', tlp: 'AMBER', readers: 'MX', office: 'PRESIDENCY' } as const;
  const today = directoryAt(demonstrationRegister, now);
  const holder = today.offices.get('PRESIDENCY') ?? '';
  const owns = (name: string | null, of: HandledEvent): boolean =>
    isOwner(readerNamed(name, today), of, today);
  for (const name of ['rncom-network', 'cr-oij']) expect(owns(name, event)).toBe(true);
  for (const name of ['gt-mp', 'mx-fgr', 'cr-dgme', 'ts-office', null]) expect(owns(name, event)).toBe(false);
  expect(owns(holder, ofOffice)).toBe(true);
  expect(owns('mx-fgr', ofOffice)).toBe(false);
});

test('the agencies that may read an event are those whom the policy lets, cleared or not yet', () => {
  const today = directoryAt(demonstrationRegister, now);
  const idsOf = (event: HandledEvent): string[] => readersOf(event, today).map(({ id }) => id);
  const red = { agency: 'mx-fgr', tlp: 'RED', readers: 'gt-pgn,us-dhs' } as const;
  expect(idsOf(red).sort()).toEqual(['gt-pgn', 'mx-fgr', 'us-dhs']);
  const all = [...today.agencies.values()].filter(({ status }) => status !== 'GUEST');
  expect(idsOf({ agency: 'mx-fgr', tlp: 'GREEN' }).sort()).toEqual(all.map(({ id }) => id).sort());
});
