import { describe, expect, test } from 'vitest';
import { type Actor, demonstrationRegister, directoryAt, type Register } from './index.ts';
import { actor, changed, mexican, name, now, refused, secretariat, term } from './register-attempts.ts';

/** What two steps must not reach where one may not. */

const july = '2026-07-01T00:00:00Z';
const august = '2026-08-01T00:00:00Z';
const december = '2026-12-01T00:00:00Z';
const sinceMeeting = { from: '2007-04-27T00:00:00Z', to: null };
const belizean = actor('bz-police', 'BZ', 'focal');
const agencyOf = (id: string) => demonstrationRegister.agencies.find((row) => row.id === id);

describe('a clearance', () => {
  const first: Actor = { ...mexican, person: 'focal' };
  const second: Actor = { ...actor('mx-inm', 'MX', 'focal'), person: 'focal' };
  const row = { agency: 'mx-fgr', person: 'duty', ...term, to: july };
  const once = changed(demonstrationRegister, 'clearances', row, first);
  const given = changed(once, 'clearances', row, second);
  const isCleared = (register: Register, at = now): boolean =>
    directoryAt(register, at).cleared.has('mx-fgr/duty');

  test.each([
    ['later', december],
    ['never', null],
  ])('that is to end %s is given anew by two: one alone does not lengthen it', (_name, to) => {
    const byOne = changed(given, 'clearances', { ...row, to }, first);
    expect(isCleared(byOne)).toBe(false);
    const byTwo = changed(byOne, 'clearances', { ...row, to }, second);
    expect([isCleared(byTwo), isCleared(byTwo, Date.UTC(2026, 7, 1))]).toEqual([true, true]);
  });
  test('is not given by whom it is for, who may give it up', () => {
    const own = { ...row, person: 'focal' };
    const rule = ['/person directory/own-clearance'];
    expect(refused(demonstrationRegister, 'clearances', own, first)).toEqual(rule);
    const byOther = changed(demonstrationRegister, 'clearances', own, second);
    expect(refused(byOther, 'clearances', { ...own, to: december }, first)).toEqual(rule);
    const earlier = { ...own, to: '2026-06-15T00:00:00Z' };
    const less = changed(byOther, 'clearances', earlier, first);
    expect(directoryAt(less, now).cleared.has('mx-fgr/focal')).toBe(false);
    const third: Actor = { ...actor('mx-dif', 'MX', 'focal'), person: 'focal' };
    const byTwo = changed(byOther, 'clearances', own, third);
    expect(directoryAt(byTwo, now).cleared.has('mx-fgr/focal')).toBe(true);
    expect(directoryAt(changed(byTwo, 'clearances', earlier, first), Date.parse(july) - 1).cleared.size).toBe(
      0,
    );
  });
  test('waits for a second while the first is a focal point; what two have given stays', () => {
    const without = (register: Register, ...gone: string[]): Register => ({
      ...register,
      people: register.people.filter(({ agency, id }) => id !== 'focal' || !gone.includes(agency)),
    });
    const byOne = changed(without(once, 'mx-fgr'), 'clearances', row, second);
    expect(isCleared(byOne)).toBe(false);
    const third: Actor = { ...actor('mx-dif', 'MX', 'focal'), person: 'focal' };
    expect(isCleared(changed(byOne, 'clearances', row, third))).toBe(true);
    const shorter = { ...row, to: '2026-06-15T00:00:00Z' };
    expect(isCleared(changed(without(given, 'mx-fgr', 'mx-inm'), 'clearances', shorter, third))).toBe(true);
  });
  test('is shortened by one', () => {
    const shorter = changed(given, 'clearances', { ...row, to: '2026-06-15T00:00:00Z' }, second);
    expect([isCleared(shorter), isCleared(shorter, Date.UTC(2026, 5, 15))]).toEqual([true, false]);
  });
});

describe('one focal point alone', () => {
  const dayMs = 86_400_000;
  const alone: Actor = { ...mexican, person: 'focal' };
  const made: Actor = { ...mexican, person: 'second' };
  const row = { agency: 'mx-fgr', person: 'duty', ...term };
  const person = { agency: 'mx-fgr', id: 'second', roles: ['focal'], ...term };
  const withSecond = changed(demonstrationRegister, 'people', person, alone);
  const isNew = [' directory/new-focal'];
  const after = (days: number): number => now + days * dayMs;
  const isCleared = (register: Register, at: number): boolean =>
    directoryAt(register, at).cleared.has('mx-fgr/duty');

  test('is not two with one whom he has made, for seven days', () => {
    const byOne = changed(withSecond, 'clearances', row, alone);
    expect(refused(byOne, 'clearances', row, made)).toEqual(isNew);
    expect(refused(withSecond, 'clearances', row, made)).toEqual(isNew);
    expect(refused(byOne, 'clearances', row, made, after(7) - 1)).toEqual(isNew);
    expect(isCleared(changed(byOne, 'clearances', row, made, after(7)), after(7))).toBe(true);
  });
  test('does not lengthen with him what two have given', () => {
    const two: Actor = { ...actor('mx-inm', 'MX', 'focal'), person: 'focal' };
    const once = changed(withSecond, 'clearances', { ...row, to: july }, alone);
    const given = changed(once, 'clearances', { ...row, to: july }, two);
    const longer = changed(given, 'clearances', { ...row, to: december }, alone);
    expect(refused(longer, 'clearances', { ...row, to: december }, made)).toEqual(isNew);
    expect(isCleared(longer, now)).toBe(false);
  });
  test('is not two by what the other shortens, who may do so at once', () => {
    const shorter = { ...row, to: july };
    const byOne = changed(withSecond, 'clearances', row, alone);
    expect(isCleared(changed(byOne, 'clearances', shorter, made), now)).toBe(false);
    const two: Actor = { ...actor('mx-inm', 'MX', 'focal'), person: 'focal' };
    const given = changed(changed(byOne, 'clearances', row, two), 'clearances', shorter, made);
    expect(changed(given, 'clearances', shorter, made)).toEqual(given);
    expect([isCleared(given, now), isCleared(given, Date.parse(july))]).toEqual([true, false]);
  });
  test('does not make one of somebody who has been there for long', () => {
    const duty = demonstrationRegister.people.find(({ agency, id }) => agency === 'mx-fgr' && id === 'duty');
    const roles = [...(duty?.roles ?? []), 'focal'];
    const anew = ['/roles directory/focal-anew'];
    expect(refused(demonstrationRegister, 'people', { ...duty, roles }, alone)).toEqual(anew);
    const without = changed(withSecond, 'people', { ...person, roles: ['analyst'] }, alone);
    expect(refused(without, 'people', person, alone, after(8))).toEqual(anew);
    const planned = { ...person, id: 'third', roles: ['analyst'], from: july };
    const later = changed(withSecond, 'people', planned, alone);
    expect(refused(later, 'people', { ...planned, roles: ['focal'] }, alone)).toEqual([]);
  });
});

describe('the first focal point', () => {
  const without: Register = {
    ...demonstrationRegister,
    people: demonstrationRegister.people.filter(({ agency }) => !agency.startsWith('mx-')),
  };
  const later = { from: july, to: null };
  const person = (id: string, more: object) => ({
    agency: 'mx-fgr',
    id,
    roles: ['focal'],
    ...term,
    ...more,
  });
  const notYours = [' directory/not-yours'];

  test('is one, also when he begins later; till then the Secretariat can change him', () => {
    const planned = changed(without, 'people', person('first', later), secretariat);
    expect(refused(planned, 'people', person('second', later), secretariat)).toEqual(notYours);
    expect(refused(planned, 'people', person('second', {}), secretariat)).toEqual(notYours);
    const again = person('first', { ...later, roles: ['focal', 'publisher'] });
    expect(refused(planned, 'people', again, secretariat)).toEqual([]);
    expect(refused(planned, 'people', again, secretariat, Date.parse(july))).toEqual(notYours);
  });
  test('is not kept from a participant by one of an agency that has ended', () => {
    const ending = changed(
      demonstrationRegister,
      'agencies',
      { ...agencyOf('bz-atips'), to: july },
      belizean,
    );
    const others = ending.people.filter(
      ({ agency, roles }) => agency === 'bz-atips' || !agency.startsWith('bz-') || !roles.includes('focal'),
    );
    const left = { ...ending, people: others };
    const first = { agency: 'bz-police', id: 'first', roles: ['focal'], from: july, to: null };
    expect(refused(left, 'people', first, secretariat)).toEqual(notYours);
    expect(refused(left, 'people', first, secretariat, Date.parse(july))).toEqual([]);
  });
  test('has one agency, also when it begins later', () => {
    const empty: Register = {
      ...without,
      agencies: without.agencies.filter(({ participant }) => participant !== 'MX'),
    };
    const agency = { id: 'mx-exercise', participant: 'MX', name, ...later };
    const planned = changed(empty, 'agencies', agency, secretariat);
    expect(refused(planned, 'agencies', { ...agency, id: 'mx-exercise2' }, secretariat)).toEqual(notYours);
  });
});

test('the Secretariat that is to come keeps its focal point too, whoever asks', () => {
  const handed = changed(
    demonstrationRegister,
    'offices',
    { office: 'SECRETARIAT', agency: 'cr-dgme', from: august, to: null },
    secretariat,
  );
  const focal = { agency: 'cr-dgme', id: 'focal', roles: ['focal', 'publisher', 'analyst'], ...sinceMeeting };
  const costaRican = actor('cr-oij', 'CR', 'focal');
  const lost = [' directory/secretariat'];
  expect(refused(handed, 'people', { ...focal, to: july }, costaRican)).toEqual(lost);
  expect(refused(handed, 'agencies', { ...agencyOf('cr-dgme'), to: july }, costaRican)).toEqual(lost);
  const second = { ...focal, id: 'second', ...term };
  const relieved = changed(handed, 'people', second, costaRican);
  expect(refused(relieved, 'people', { ...focal, to: july }, costaRican)).toEqual([]);
});

test('a Secretariat that has lost its focal point already stops nobody else’s change', () => {
  const lost: Register = {
    ...demonstrationRegister,
    people: demonstrationRegister.people.filter(({ agency }) => agency !== 'ts-office'),
  };
  const row = { agency: 'mx-fgr', id: 'night', roles: ['analyst'], ...term };
  expect(refused(lost, 'people', row, mexican)).toEqual([]);
});

describe('dates', () => {
  const past = { from: new Date(now - 50_000).toISOString(), to: new Date(now - 10_000).toISOString() };

  test('no row is wholly in the past, however little: it would end what was there', () => {
    const row = { office: 'PRESIDENCY', agency: 'mx-fgr', ...past };
    expect(refused(demonstrationRegister, 'offices', row, secretariat)).toEqual(['/to directory/past']);
  });
  test('what is there ends sooner, whatever is planned after it; and something fits in before that', () => {
    const member = { code: 'CO', status: 'MEMBER', from: august, to: null };
    const planned = changed(demonstrationRegister, 'participants', member, secretariat);
    const observer = planned.participants.find(({ code, status }) => code === 'CO' && status === 'OBSERVER');
    const statusAt = (register: Register, at: string) =>
      directoryAt(register, Date.parse(at)).participants.get('CO');
    const left = changed(planned, 'participants', { ...observer, to: july }, secretariat);
    expect([statusAt(left, july), statusAt(left, august)]).toEqual([undefined, 'MEMBER']);
    const order = ['/from directory/order'];
    expect(refused(left, 'participants', { ...observer, to: null }, secretariat)).toEqual(order);
    const guest = { code: 'CO', status: 'GUEST', from: july, to: august };
    expect(refused(left, 'participants', { ...guest, to: december }, secretariat)).toEqual(order);
    expect(statusAt(changed(left, 'participants', guest, secretariat), july)).toBe('GUEST');
  });
});

describe('what has not begun', () => {
  const at = Date.parse(july);
  const handed = { office: 'SECRETARIAT', agency: 'cr-dgme', from: july, to: null };
  const withdrawn = { ...handed, to: new Date(now).toISOString() };
  const planned = changed(demonstrationRegister, 'offices', handed, secretariat);
  const register = changed(planned, 'offices', withdrawn, secretariat);
  const holderAt = (of: Register, instant: number) => directoryAt(of, instant).offices.get('SECRETARIAT');

  test('is withdrawn: it never counts, stays on record, and what it would have ended goes on', () => {
    expect([at - 1, at].map((instant) => holderAt(planned, instant))).toEqual(['ts-office', 'cr-dgme']);
    for (const instant of [now, at - 1, at, at * 2]) expect(holderAt(register, instant)).toBe('ts-office');
    expect(register.offices).toContainEqual(withdrawn);
    const atItsBeginning = changed(planned, 'offices', { ...handed, to: july }, secretariat);
    expect(holderAt(atItsBeginning, at)).toBe('ts-office');
  });
  test('until the end that it was to have itself', () => {
    const guest = { code: 'CO', status: 'GUEST', from: july, to: august };
    const guests = changed(demonstrationRegister, 'participants', guest, secretariat);
    const left = changed(guests, 'participants', { ...guest, to: term.from }, secretariat);
    const statuses = [at, Date.parse(august)].map((instant) =>
      directoryAt(left, instant).participants.get('CO'),
    );
    expect(statuses).toEqual(['OBSERVER', undefined]);
  });
  test('is withdrawn for good: said twice it is said already, and it is not taken up again', () => {
    for (const to of [withdrawn.to, '2026-06-10T00:00:00Z'])
      expect(changed(register, 'offices', { ...handed, to }, secretariat, now + 120_000)).toEqual(register);
    expect(refused(register, 'offices', handed, secretariat)).toEqual([' directory/ended']);
    const soon = changed(planned, 'offices', { ...handed, to: '2026-06-10T00:00:00Z' }, secretariat);
    expect(refused(soon, 'offices', handed, secretariat)).toEqual([' directory/ended']);
  });
  test('stands in the way of nothing once it is withdrawn', () => {
    const earlier = { ...handed, from: '2026-06-15T00:00:00Z' };
    expect(refused(planned, 'offices', earlier, secretariat)).toEqual(['/from directory/order']);
    expect(holderAt(changed(register, 'offices', earlier, secretariat), at)).toBe('cr-dgme');
    const group = { group: 'NEW', status: 'MEMBER', participant: 'BZ', from: july, to: null };
    const of = changed(demonstrationRegister, 'groups', group, secretariat);
    const none = changed(of, 'groups', { ...group, to: term.from }, secretariat);
    const observers = { group: 'NEW', status: 'OBSERVER', participant: 'CO', ...term };
    expect(refused(of, 'groups', observers, secretariat)).toEqual(['/status directory/mixed-group']);
    expect(refused(none, 'groups', observers, secretariat)).toEqual([]);
  });
  test('ends like any other once it has begun, and is not planned to begin after its end', () => {
    expect(refused(planned, 'offices', withdrawn, actor('cr-dgme', 'CR', 'focal'), at)).toEqual([
      '/to directory/past',
    ]);
    expect(refused(demonstrationRegister, 'offices', withdrawn, secretariat)).toEqual(['/to period']);
  });
  test('of a person: his post is not given to another', () => {
    const row = { agency: 'mx-fgr', id: 'night', roles: ['analyst'], from: july, to: null };
    const none = changed(
      changed(demonstrationRegister, 'people', row, mexican),
      'people',
      { ...row, to: term.from },
      mexican,
    );
    expect(directoryAt(none, at).people.has('mx-fgr/night')).toBe(false);
    expect(refused(none, 'people', row, mexican)).toEqual([' directory/ended']);
  });
});

describe('a group', () => {
  const member = { group: 'NEW', status: 'MEMBER', participant: 'BZ', from: july, to: august };
  const planned = changed(demonstrationRegister, 'groups', member, secretariat);
  const observer = { ...member, status: 'OBSERVER', participant: 'CO' };

  test('mixes no statuses at any time: not those of rows that begin later either', () => {
    const mixed = ['/status directory/mixed-group'];
    expect(refused(planned, 'groups', observer, secretariat)).toEqual(mixed);
    expect(refused(planned, 'groups', { ...observer, ...term }, secretariat)).toEqual(mixed);
    expect(refused(planned, 'groups', { ...observer, from: august, to: null }, secretariat)).toEqual([]);
  });
  test('that the rules name keeps its status, also once nobody is in it', () => {
    const row = demonstrationRegister.groups.find(({ group }) => group === 'MEMBERS');
    const none = changed(demonstrationRegister, 'groups', { ...row, to: july }, secretariat);
    const organizations = {
      group: 'MEMBERS',
      status: 'ORGANIZATION',
      participant: null,
      from: july,
      to: null,
    };
    const rule = ['/status directory/mixed-group'];
    expect(refused(none, 'groups', organizations, secretariat, Date.parse(july))).toEqual(rule);
    expect(
      refused(none, 'groups', { ...organizations, status: 'MEMBER' }, secretariat, Date.parse(july)),
    ).toEqual([]);
    const guests = { group: 'CA4', status: 'GUEST', participant: null, from: july, to: null };
    const { groups, ...others } = demonstrationRegister;
    const noRegion = { ...others, groups: groups.filter(({ group }) => group !== 'CA4') };
    expect(refused(noRegion, 'groups', guests, secretariat)).toEqual(rule);
  });
  test('loses a participant of another status since then, by an end', () => {
    const row = demonstrationRegister.groups.find(
      ({ group, participant }) => group === 'CA4' && participant === 'GT',
    );
    const guest = { code: 'GT', status: 'GUEST', ...term };
    const register = changed(demonstrationRegister, 'participants', guest, secretariat);
    expect(refused(register, 'groups', { ...row, to: july }, secretariat)).toEqual([]);
  });
});

describe('a sponsor', () => {
  const row = { sponsor: 'cr-oij', sponsored: 'rncom-network', ...term };
  const costaRican = actor('cr-oij', 'CR', 'focal');
  const sponsored = changed(demonstrationRegister, 'sponsorships', row, secretariat);
  const sponsorAt = (register: Register, at: number) =>
    directoryAt(register, at).sponsors.get('rncom-network');

  test('is none any more once it has ended, or its participant is no member', () => {
    const ended = changed(sponsored, 'agencies', { ...agencyOf('cr-oij'), to: july }, costaRican);
    const guest = { code: 'CR', status: 'GUEST', from: july, to: null };
    const left = changed(sponsored, 'participants', guest, secretariat);
    for (const register of [ended, left]) {
      expect(sponsorAt(register, Date.parse(july) - 1)).toBe('cr-oij');
      expect(sponsorAt(register, Date.parse(july))).toBeUndefined();
    }
    // Nor does he stand in the way of another.
    const other = { sponsor: 'us-state', sponsored: 'rncom-network', from: july, to: null };
    for (const register of [ended, left])
      expect(sponsorAt(changed(register, 'sponsorships', other, secretariat), Date.parse(july))).toBe(
        'us-state',
      );
    expect(refused(sponsored, 'sponsorships', other, secretariat)).toEqual([
      '/sponsored directory/sponsored',
    ]);
    // Who is no member any more can still say that it has ended.
    expect(refused(left, 'sponsorships', { ...row, to: august }, costaRican, Date.parse(july))).toEqual([]);
  });
});
