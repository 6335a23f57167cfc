import { expect, test } from 'vitest';
import { agencies, demonstrationRegister, directoryAt, participants, type Register } from './index.ts';

const term = { from: '2026-01-01T00:00:00Z', to: null };
const change = Date.UTC(2026, 3, 1, 6);

test('the demonstration: everyone of the contract, no group of two statuses', () => {
  const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 0, 1));
  expect([...directory.agencies.keys()]).toEqual(agencies.map(({ id }) => id));
  expect([...directory.participants]).toEqual(participants.map(({ code, status }) => [code, status]));
  expect([...directory.groups.keys()].sort()).toEqual([
    'CA4',
    'CENTRAL_AMERICA',
    'CIVIL_SOCIETY',
    'GUESTS',
    'MEMBERS',
    'NORTH_AMERICA',
    'OBSERVERS',
    'ORGANIZATIONS',
  ]);
  for (const codes of directory.groups.values()) {
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes.map((code) => directory.participants.get(code))).size).toBe(1);
  }
  expect(directory.groups.get('ORGANIZATIONS')).toContain('SEGIB');
  expect(directory.until).toBe(Number.POSITIVE_INFINITY);
});

test('before the first term there is nobody', () => {
  const directory = directoryAt(demonstrationRegister, Date.UTC(2000, 0, 1));
  expect([directory.agencies.size, directory.participants.size, directory.offices.size]).toEqual([0, 0, 0]);
  expect(directory.until).toBe(Date.UTC(2007, 3, 27));
});

const register: Register = {
  participants: [
    { code: 'MX', status: 'MEMBER', ...term },
    { code: 'CO', status: 'OBSERVER', from: term.from, to: '2026-04-01T00:00:00-06:00' },
    { code: 'CO', status: 'MEMBER', from: '2026-04-01T00:00:00-06:00', to: null },
  ],
  agencies: [
    { id: 'mx-fgr', participant: 'MX', name: { es: 'a', en: 'a' }, ...term },
    { id: 'mx-old', participant: 'MX', name: { es: 'a', en: 'a' }, ...term, to: '2026-04-01T06:00:00Z' },
    { id: 'co-fgn', participant: 'CO', name: { es: 'a', en: 'a' }, ...term },
  ],
  clearances: [],
  people: [{ agency: 'mx-old', id: 'duty', roles: ['analyst'], ...term }],
  offices: [
    { office: 'PRESIDENCY', agency: 'mx-old', ...term, to: '2026-04-01T06:00:00Z' },
    { office: 'PRESIDENCY', agency: 'mx-fgr', ...term, from: '2026-04-01T06:00:00Z' },
  ],
  sponsorships: [{ sponsor: 'mx-fgr', sponsored: 'rncom-network', ...term }],
  groups: [
    { group: 'MEMBERS', status: 'MEMBER', participant: null, ...term },
    { group: 'NORTH', status: 'MEMBER', participant: 'MX', ...term },
    { group: 'NORTH', status: 'MEMBER', participant: 'CO', ...term },
  ],
  outages: [],
  habits: [],
};

test('what begins and ends at an instant does so to the millisecond, whatever zone it was written in', () => {
  const before = directoryAt(register, change - 1);
  const after = directoryAt(register, change);
  const shape = ({ agencies: now, offices, groups, until }: typeof before) => ({
    agencies: [...now.values()].map(({ id, status }) => `${id} ${status}`),
    presidency: offices.get('PRESIDENCY'),
    members: groups.get('MEMBERS'),
    north: groups.get('NORTH'),
    until,
  });
  expect(shape(before)).toEqual({
    agencies: ['mx-fgr MEMBER', 'mx-old MEMBER', 'co-fgn OBSERVER'],
    presidency: 'mx-old',
    members: ['MX'],
    north: ['MX'],
    until: change,
  });
  expect(shape(after)).toEqual({
    agencies: ['mx-fgr MEMBER', 'co-fgn MEMBER'],
    presidency: 'mx-fgr',
    members: ['MX', 'CO'],
    north: ['MX', 'CO'],
    until: Number.POSITIVE_INFINITY,
  });
  expect([before.people.get('mx-old/duty'), after.people.size]).toEqual([['analyst'], 0]);
  expect(before.sponsors.get('rncom-network')).toBe('mx-fgr');
});

test('an agency whose participant has ended is not there either', () => {
  const ended = { ...register, participants: register.participants.filter(({ code }) => code !== 'CO') };
  expect(directoryAt(ended, change).agencies.has('co-fgn')).toBe(false);
});

test('a term that is no time is an error, not a term without end', () => {
  const wrong = {
    ...register,
    offices: [{ office: 'PRESIDENCY' as const, agency: 'mx-fgr', from: 'now', to: null }],
  };
  expect(() => directoryAt(wrong, change)).toThrow(RangeError);
});
