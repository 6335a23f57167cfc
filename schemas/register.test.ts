import { describe, expect, test } from 'vitest';
import {
  type Actor,
  changeOf,
  demonstrationRegister,
  directoryAt,
  emptyRegister,
  entriesOf,
  keyOf,
  type Register,
  readRow,
  withEntries,
} from './index.ts';
import { actor, changed, mexican, name, now, refused, secretariat, term } from './register-attempts.ts';

test('every row of the demonstration is one that could be written, under a key of its own', () => {
  const entries = entriesOf(demonstrationRegister);
  for (const { collection, row } of entries) expect(readRow(collection, row)).toMatchObject({ ok: true });
  expect(new Set(entries.map(keyOf)).size).toBe(entries.length);
  expect(withEntries(emptyRegister, entries)).toEqual(demonstrationRegister);
});

test('a status that begins ends the one before, at one instant', () => {
  const row = { code: 'CO', status: 'MEMBER', from: '2026-07-01T00:00:00Z', to: null };
  const register = changed(demonstrationRegister, 'participants', row, secretariat);
  const statusAt = (instant: number) => directoryAt(register, instant).participants.get('CO');
  const start = Date.UTC(2026, 6, 1);
  expect([statusAt(start - 1), statusAt(start)]).toEqual(['OBSERVER', 'MEMBER']);
  expect(directoryAt(register, start).groups.get('MEMBERS')).toContain('CO');
});

test('an office has one holder at every instant, however often it is handed over', () => {
  let register = demonstrationRegister;
  const holders = ['mx-fgr', 'gt-mp', 'hn-inm', 'us-state'];
  const day = 86_400_000;
  for (const [index, agency] of holders.entries()) {
    const at = now + index * day;
    const row = { office: 'PRESIDENCY', agency, from: new Date(at).toISOString(), to: null };
    register = changed(register, 'offices', row, secretariat, at);
    expect(directoryAt(register, at - 1).offices.get('PRESIDENCY')).toBe(holders[index - 1] ?? 'ppt-office');
    expect(directoryAt(register, at).offices.get('PRESIDENCY')).toBe(agency);
    const open = register.offices.filter(({ office, to }) => office === 'PRESIDENCY' && to === null);
    expect(open).toHaveLength(1);
  }
});

describe('what was is not changed', () => {
  const row = { id: 'mx-exercise', participant: 'MX', name, ...term };
  const register = changed(demonstrationRegister, 'agencies', row, mexican);
  const ended = changed(register, 'agencies', { ...row, to: '2026-06-02T00:00:00Z' }, mexican);
  const later = Date.UTC(2026, 6, 1);

  test('the same request again says the same, also when its end has come since', () => {
    const end = { ...row, to: '2026-06-02T00:00:00Z' };
    const reordered = Object.fromEntries(Object.entries(end).reverse());
    for (const again of [end, reordered])
      expect(changed(ended, 'agencies', again, mexican, later)).toEqual(ended);
    expect(refused(ended, 'agencies', { ...end, to: '2026-06-03T00:00:00Z' }, mexican, later)).toEqual([
      ' directory/ended',
      '/to directory/past',
    ]);
  });

  test('an agency that has ended does not begin again, under its own id or for another', () => {
    expect(refused(ended, 'agencies', row, mexican, later)).toEqual([' directory/ended']);
    expect(refused(ended, 'agencies', { ...row, from: '2026-07-01T00:00:00Z' }, mexican, later)).toEqual([
      ' directory/ended',
      '/from directory/past',
    ]);
  });
  test('an end that has not come yet can be moved, but not into the past', () => {
    expect(refused(ended, 'agencies', { ...row, to: null }, mexican)).toEqual([]);
    expect(refused(register, 'agencies', { ...row, to: '2026-06-02T00:00:00Z' }, mexican, later)).toEqual([
      '/to directory/past',
    ]);
  });
  test('its beginning stays', () => {
    expect(refused(register, 'agencies', { ...row, from: '2026-05-01T00:00:00Z' }, mexican)).toEqual([
      '/from directory/past',
    ]);
  });
});

describe('who may change what', () => {
  const agency = { id: 'mx-exercise', participant: 'MX', name, ...term };
  const withoutFocal: Register = {
    ...demonstrationRegister,
    people: demonstrationRegister.people.filter((row) => !row.agency.startsWith('mx-')),
  };
  const person = (id: string, ...roles: Actor['roles']) => ({ agency: 'mx-fgr', id, roles, ...term });
  const notYours = [' directory/not-yours'];

  test.each([
    ['releaser', actor('mx-fgr', 'MX', 'releaser', 'publisher', 'operator')],
    ['focal point of another participant', actor('gt-mp', 'GT', 'focal')],
    ['the Secretariat', secretariat],
    ['nobody', actor('mx-fgr', 'MX')],
  ])('no agency by %s', (_name, by) => {
    expect(refused(demonstrationRegister, 'agencies', agency, by)).toEqual(notYours);
  });
  test('no participant, group or office by a focal point', () => {
    expect(
      refused(demonstrationRegister, 'participants', { code: 'MX', status: 'GUEST', ...term }, mexican),
    ).toEqual(notYours);
    expect(
      refused(demonstrationRegister, 'offices', { office: 'PRESIDENCY', agency: 'mx-fgr', ...term }, mexican),
    ).toEqual(notYours);
    expect(
      refused(
        demonstrationRegister,
        'groups',
        { group: 'NEW', status: 'MEMBER', participant: null, ...term },
        mexican,
      ),
    ).toEqual(notYours);
  });
  describe('the role operator', () => {
    const operator = { agency: 'ts-office', id: 'engineer', roles: ['operator'], ...term };
    const notGiven = ['/roles directory/operator'];
    const handed = changed(
      demonstrationRegister,
      'offices',
      { office: 'SECRETARIAT', agency: 'cr-dgme', ...term },
      secretariat,
    );
    const isOperator = (register: Register): boolean =>
      directoryAt(register, now).people.get('ts-office/engineer')?.includes('operator') === true;

    test('is given by the Secretariat in its own agency, and to nobody else', () => {
      expect(isOperator(changed(demonstrationRegister, 'people', operator, secretariat))).toBe(true);
      expect(refused(demonstrationRegister, 'people', person('x', 'operator'), mexican)).toEqual(notGiven);
      expect(refused(withoutFocal, 'people', person('x', 'focal', 'operator'), secretariat)).toEqual(
        notGiven,
      );
    });
    test('not by others of the participant that holds the office either', () => {
      const row = { ...operator, agency: 'cr-dgme' };
      expect(refused(handed, 'people', row, actor('cr-oij', 'CR', 'focal'))).toEqual(notGiven);
      expect(refused(handed, 'people', row, actor('cr-dgme', 'CR', 'focal'))).toEqual([]);
    });
    test('goes with the office: it counts no more, and lasts no longer; what is left can be taken away', () => {
      const given = changed(
        demonstrationRegister,
        'people',
        { ...operator, to: '2026-08-01T00:00:00Z' },
        secretariat,
      );
      const office = handed.offices;
      expect([isOperator(given), isOperator({ ...given, offices: office })]).toEqual([true, false]);
      const left = { ...given, offices: office };
      expect(refused(left, 'people', operator, secretariat)).toEqual(notGiven);
      expect(refused(left, 'people', { ...operator, roles: ['analyst'] }, secretariat)).toEqual([]);
      expect(refused(left, 'people', { ...operator, to: '2026-07-01T00:00:00Z' }, secretariat)).toEqual([]);
    });
  });
  test('the Secretariat names the first focal point, and no second', () => {
    const register = changed(withoutFocal, 'people', person('first', 'focal'), secretariat);
    expect(refused(register, 'people', person('second', 'focal'), secretariat)).toEqual(notYours);
    expect(refused(withoutFocal, 'people', person('first', 'publisher'), secretariat)).toEqual(notYours);
    expect(refused(register, 'people', person('second', 'focal'), mexican)).toEqual([]);
  });
  test('the Secretariat goes with its office', () => {
    const at = '2026-06-10T00:00:00Z';
    const register = changed(
      demonstrationRegister,
      'offices',
      { office: 'SECRETARIAT', agency: 'cr-dgme', from: at, to: null },
      secretariat,
    );
    const group = { group: 'NEW', status: 'MEMBER', participant: null, from: at, to: null };
    const then = Date.parse(at);
    expect(refused(register, 'groups', group, secretariat, then)).toEqual(notYours);
    expect(refused(register, 'groups', group, actor('cr-dgme', 'CR', 'focal'), then)).toEqual([]);
  });
  test('an outage and a habit by the participant, by operators, by the Secretariat', () => {
    const outage = { participant: 'MX', ...term, to: '2026-07-01T00:00:00Z' };
    const habit = { participant: 'MX', hours: 36, ...term };
    const operator = actor('ts-office', 'TS', 'operator');
    for (const by of [mexican, secretariat, operator]) {
      expect(changed(demonstrationRegister, 'outages', outage, by).outages).toEqual([outage]);
      expect(changed(demonstrationRegister, 'habits', habit, by).habits).toEqual([habit]);
    }
    const others = [actor('gt-mp', 'GT', 'focal'), actor('mx-fgr', 'MX')];
    for (const by of others) expect(refused(demonstrationRegister, 'outages', outage, by)).toEqual(notYours);
    expect(refused(demonstrationRegister, 'groups', { ...term }, operator)).not.toEqual([]);
    for (const hours of [0, -1, 2_161, '3', null])
      expect(refused(demonstrationRegister, 'habits', { ...habit, hours }, mexican)).toEqual([
        '/hours range',
      ]);
  });
  test('a habit ends the one before', () => {
    const habit = { participant: 'MX', hours: 36, ...term };
    const later = { ...habit, hours: 12, from: '2026-06-10T00:00:00Z' };
    const register = changed(
      changed(demonstrationRegister, 'habits', habit, mexican),
      'habits',
      later,
      mexican,
    );
    expect(register.habits).toEqual([{ ...habit, to: later.from }, later]);
  });
  describe('a sponsorship', () => {
    const row = { sponsor: 'cr-oij', sponsored: 'rncom-network', ...term };
    const sponsor = actor('cr-oij', 'CR', 'focal');
    const network = actor('rncom-network', 'RNCOM', 'focal');
    const begun = changed(demonstrationRegister, 'sponsorships', row, secretariat);
    const until = (to: string | null) => ({ ...row, to });
    const [july, august] = ['2026-07-01T00:00:00Z', '2026-08-01T00:00:00Z'];

    test('begins by the Secretariat, of a member’s agency', () => {
      for (const by of [sponsor, network, mexican, actor('ts-office', 'TS', 'releaser')])
        expect(refused(demonstrationRegister, 'sponsorships', row, by)).toEqual(notYours);
      expect(directoryAt(begun, now).sponsors.get('rncom-network')).toBe('cr-oij');
      expect(
        refused(demonstrationRegister, 'sponsorships', { ...row, sponsor: 'co-cancilleria' }, secretariat),
      ).toEqual(['/sponsor directory/unknown']);
    });
    test.each([
      ['its sponsor', sponsor],
      ['who is sponsored', network],
      ['the Secretariat', secretariat],
    ])('is ended by %s', (_name, by) => {
      const ended = changed(begun, 'sponsorships', until(july), by);
      expect(directoryAt(ended, Date.parse(july)).sponsors.size).toBe(0);
      const isSecretariat = by === secretariat;
      for (const to of [august, null])
        expect(refused(ended, 'sponsorships', until(to), by)).toEqual(isSecretariat ? [] : notYours);
    });
    test('is ended by nobody else', () => {
      for (const by of [mexican, actor('cr-dgme', 'CR', 'focal'), actor('cr-oij', 'CR', 'releaser')])
        expect(refused(begun, 'sponsorships', until(july), by)).toEqual(notYours);
    });
    test('of another who has one does not come in its place', () => {
      const other = { ...row, sponsor: 'us-state', from: new Date(now + 30_000).toISOString() };
      expect(refused(begun, 'sponsorships', other, secretariat, now + 30_000)).toEqual([
        '/sponsored directory/sponsored',
      ]);
      expect(refused(begun, 'sponsorships', { ...row, sponsor: 'us-state' }, secretariat)).toContain(
        '/sponsor directory/past',
      );
    });
  });
});

describe('a clearance for RED', () => {
  const row = { agency: 'mx-fgr', person: 'duty', ...term };
  const first: Actor = { ...mexican, person: 'focal' };
  const second: Actor = { ...actor('mx-inm', 'MX', 'focal'), person: 'focal' };
  const isCleared = (register: Register, at = now): boolean =>
    directoryAt(register, at).cleared.has('mx-fgr/duty');

  test('is given by two focal points, each of whom says the same', () => {
    const once = changed(demonstrationRegister, 'clearances', row, first);
    expect(isCleared(once)).toBe(false);
    expect(isCleared(changed(once, 'clearances', row, first))).toBe(false);
    const twice = changed(once, 'clearances', row, second);
    expect(isCleared(twice)).toBe(true);
    const ended = changed(twice, 'clearances', { ...row, to: '2026-07-01T00:00:00Z' }, second);
    expect([isCleared(ended), isCleared(ended, Date.UTC(2026, 6, 1))]).toEqual([true, false]);
  });
  test('not by others, not to others, and nobody says for another who has given it', () => {
    expect(
      refused(demonstrationRegister, 'clearances', row, {
        ...actor('gt-mp', 'GT', 'focal'),
        person: 'focal',
      }),
    ).toEqual([' directory/not-yours']);
    expect(refused(demonstrationRegister, 'clearances', row, { ...secretariat, person: 'focal' })).toEqual([
      ' directory/not-yours',
    ]);
    expect(refused(demonstrationRegister, 'clearances', { ...row, person: 'nobody' }, first)).toEqual([
      '/person directory/unknown',
    ]);
    expect(refused(demonstrationRegister, 'clearances', { ...row, by: ['a/b', 'c/d'] }, first)).toEqual([
      '/by unknown-field',
    ]);
  });
  test('of another length is another: it is not given by the one who gave the first', () => {
    const once = changed(demonstrationRegister, 'clearances', row, first);
    const other = changed(once, 'clearances', { ...row, from: '2026-06-01T00:00:30Z' }, second, now + 30_000);
    expect(isCleared(other, now + 60_000)).toBe(false);
  });
});

test('one participant’s rows of one collection have a bound; what is there can be changed, and ended, beyond it', () => {
  const row = { agency: 'mx-fgr', id: 'night', roles: ['analyst'], ...term };
  const held = demonstrationRegister.people.filter(({ agency }) => agency.startsWith('mx-')).length;
  const rulesAt = (mostRows: number, register: Register, sent: object, by = mexican) => {
    const change = changeOf(register, 'people', sent, by, now, mostRows);
    return change.ok ? [] : change.violations.map(({ rule }) => rule);
  };
  expect(rulesAt(held + 1, demonstrationRegister, row)).toEqual([]);
  expect(rulesAt(held, demonstrationRegister, row)).toEqual(['directory/full']);
  const belizean = actor('bz-police', 'BZ', 'focal');
  expect(rulesAt(held, demonstrationRegister, { ...row, agency: 'bz-police' }, belizean)).toEqual([]);
  const full = changed(demonstrationRegister, 'people', row, mexican);
  expect(rulesAt(held, full, { ...row, roles: ['publisher'] })).toEqual([]);
  const ended = changed(full, 'people', { ...row, to: '2026-06-02T00:00:00Z' }, mexican);
  expect(rulesAt(held + 1, ended, { ...row, id: 'second' })).toEqual(['directory/full']);
  const agency = changeOf(
    full,
    'agencies',
    { id: 'mx-new', participant: 'MX', name, ...term },
    mexican,
    now,
    held,
  );
  expect(agency.ok).toBe(true);
});

describe('a row that is there already', () => {
  test('the same again is no change, an end told twice too', () => {
    const row = { id: 'mx-exercise', participant: 'MX', name, ...term };
    const register = changed(demonstrationRegister, 'agencies', row, mexican);
    expect(changeOf(register, 'agencies', { ...row }, mexican, now + 120_000)).toEqual({
      ok: true,
      entries: [],
    });
    const ended = { ...row, to: '2026-06-02T00:00:00Z' };
    const after = changed(register, 'agencies', ended, mexican);
    expect(changeOf(after, 'agencies', ended, mexican, Date.UTC(2026, 6, 1))).toEqual({
      ok: true,
      entries: [],
    });
  });
  test('an end that comes a moment late is an end now: what was taken meanwhile stays', () => {
    const row = { id: 'mx-exercise', participant: 'MX', name, ...term };
    const register = changed(demonstrationRegister, 'agencies', row, mexican);
    const late = now + 50_000;
    const ended = changed(
      register,
      'agencies',
      { ...row, to: new Date(now + 10_000).toISOString() },
      mexican,
      late,
    );
    expect(directoryAt(ended, late - 1).agencies.has('mx-exercise')).toBe(true);
    expect(directoryAt(ended, late).agencies.has('mx-exercise')).toBe(false);
    // Its answer was lost: said again it is said already.
    const again = { ...row, to: new Date(now + 10_000).toISOString() };
    expect(changeOf(ended, 'agencies', again, mexican, late + 15_000)).toEqual({ ok: true, entries: [] });
    const other = { ...row, to: new Date(late + 15_000).toISOString() };
    expect(refused(ended, 'agencies', other, mexican, late + 15_000)).toEqual([' directory/ended']);
  });
  test('who and what it is about stays', () => {
    const status = { code: 'GT', status: 'GUEST', from: '2007-04-27T00:00:00Z', to: null };
    expect(refused(demonstrationRegister, 'participants', status, secretariat)).toEqual([
      '/status directory/past',
    ]);
    const moved = { id: 'mx-fgr', participant: 'GT', name, from: '2007-04-27T00:00:00Z', to: null };
    expect(refused(demonstrationRegister, 'agencies', moved, actor('gt-mp', 'GT', 'focal'))).toEqual([
      '/id directory/agency-id',
    ]);
  });
  test('an office is not put in before one that is there', () => {
    const later = { office: 'PRESIDENCY', agency: 'hn-inm', from: '2026-08-01T00:00:00Z', to: null };
    const register = changed(demonstrationRegister, 'offices', later, secretariat);
    const earlier = { ...later, agency: 'mx-fgr', from: '2026-07-01T00:00:00Z' };
    expect(refused(register, 'offices', earlier, secretariat)).toEqual(['/from directory/order']);
  });
  test('the Secretariat cannot be left without a focal point', () => {
    const lost = [' directory/secretariat'];
    const people = { agency: 'ts-office', id: 'focal', from: '2007-04-27T00:00:00Z', to: null };
    expect(refused(demonstrationRegister, 'people', { ...people, roles: ['analyst'] }, secretariat)).toEqual(
      lost,
    );
    expect(
      refused(
        demonstrationRegister,
        'people',
        { ...people, roles: ['focal', 'publisher', 'analyst'], to: '2027-01-01T00:00:00Z' },
        secretariat,
      ),
    ).toEqual(lost);
    const office = {
      office: 'SECRETARIAT',
      agency: 'ts-office',
      from: '2007-04-27T00:00:00Z',
      to: '2026-09-01T00:00:00Z',
    };
    expect(refused(demonstrationRegister, 'offices', office, secretariat)).toEqual(lost);
    const handed = changed(
      demonstrationRegister,
      'offices',
      { office: 'SECRETARIAT', agency: 'cr-dgme', from: '2026-09-01T00:00:00Z', to: null },
      secretariat,
    );
    expect(directoryAt(handed, Date.UTC(2026, 8, 1)).offices.get('SECRETARIAT')).toBe('cr-dgme');
  });
});
