import { describe, expect, test } from 'vitest';
import {
  anonymous,
  canPublish,
  demonstrationRegister,
  directoryAt,
  kindOf,
  mayReadUnsigned,
  maySign,
  type Reader,
  type Register,
  readerOf,
  unconfirmed,
  validateEvent,
} from './index.ts';

const now = Date.UTC(2026, 5, 1);
const term = { from: '2026-01-01T00:00:00Z', to: null };
const register: Register = {
  ...demonstrationRegister,
  offices: [
    ...demonstrationRegister.offices.filter(({ office }) => office !== 'PRESIDENCY'),
    { office: 'PRESIDENCY', agency: 'hn-inm', ...term },
  ],
  sponsorships: [{ sponsor: 'cr-oij', sponsored: 'rncom-network', ...term }],
};
const directory = directoryAt(register, now);

function reader(agency: string, person?: string): Reader {
  const found = readerOf(directory, agency, person);
  if (found === undefined) throw new Error(`${agency}/${person}`);
  return found;
}

function exampleOf(kindName: string): { readonly source: string; readonly data: object } {
  const kind = kindOf(kindName);
  if (kind === undefined) throw new Error(kindName);
  return kind.example as { source: string; data: object };
}
const sourceOf = (kindName: string): string => exampleOf(kindName).source;

/** What the contract says of an example that this agency sends. */
function permission(agencyId: string, kindName: string, more: object = {}) {
  const kind = kindOf(kindName);
  const agency = directory.agencies.get(agencyId);
  if (kind === undefined || agency === undefined) throw new Error(`${kindName} ${agencyId}`);
  const { source: _source, ...example } = kind.example as Record<string, unknown>;
  const checked = validateEvent({ ...example, ...more }, now);
  if (!checked.ok) throw new Error(JSON.stringify(checked.violations));
  return canPublish(agency, kind, checked.event, directory);
}

test('a decision belongs to the office, and goes out with a second signature of its holder', () => {
  expect(permission('hn-inm', 'decision')).toMatchObject({ office: 'PRESIDENCY', signer: 'hn-inm' });
  expect(permission('ts-office', 'decision')).toMatchObject({ office: 'SECRETARIAT', signer: 'ts-office' });
  for (const agency of ['ppt-office', 'rcgm-group', 'mx-fgr'])
    expect(permission(agency, 'decision')).toMatchObject({ violations: [{ rule: 'publish/office' }] });
});

test('civil society alerts under a sponsor, whose releaser signs', () => {
  expect(permission('rncom-network', 'alert', { tlp: 'AMBER', audience: 'CA4' })).toMatchObject({
    sponsor: 'cr-oij',
    signer: 'cr-oij',
  });
  const alone = directoryAt({ ...register, sponsorships: [] }, now);
  const agency = alone.agencies.get('rncom-network');
  const kind = kindOf('alert');
  if (agency === undefined || kind === undefined) throw new Error('not there');
  const event = { type: 'alert', tlp: 'CLEAR', data: {} } as const;
  expect(canPublish(agency, kind, event, alone)).toMatchObject({ violations: [{ rule: 'publish/sponsor' }] });
});

test('what others publish needs one signature', () => {
  expect(permission('mx-fgr', 'alert', { tlp: 'AMBER' })).toMatchObject({
    ok: true,
    signer: undefined,
    office: undefined,
  });
  expect(permission('rncom-network', 'practice')).toMatchObject({
    ok: true,
    signer: undefined,
    sponsor: undefined,
  });
});

describe('in danger to life', () => {
  const red = { tlp: 'RED', audience: 'gt-pgn' };
  test('a RED alert goes out with one signature, and a second person of its agency reviews it', () => {
    expect(permission('mx-fgr', 'alert', red)).toMatchObject({ signer: 'mx-fgr', reviewer: undefined });
    expect(permission('mx-fgr', 'alert', { ...red, danger: 'LIFE' })).toMatchObject({
      signer: undefined,
      reviewer: 'mx-fgr',
    });
  });
  test.each([
    ['mx-fgr', 'alert', { tlp: 'AMBER_STRICT', audience: 'gt-pgn' }],
    ['mx-fgr', 'alert', { tlp: 'GREEN' }],
    ['hn-inm', 'decision', {}],
    ['rncom-network', 'alert', { tlp: 'AMBER', audience: 'CA4' }],
  ])('nothing else does: %s, %s, %j', (agency, kind, marking) => {
    expect(permission(agency, kind, { ...marking, danger: 'LIFE' })).toMatchObject({
      ok: false,
      violations: [{ pointer: '/danger', rule: 'handling/danger' }],
    });
  });
});

describe('what is doubtful in a text', () => {
  const subject = 'La víctima Ana Luz Ejemplo';
  const at = { tlp: 'AMBER' };
  const route = {
    ...exampleOf('alert').data,
    category: 'ROUTE_CHANGE',
    exploitation: [],
    control: [],
    recruitment: [],
  };
  const strict = { tlp: 'AMBER_STRICT' };
  /** Of records about victims the second person signs; of others the author's reason is enough. */
  test.each([
    ['mx-fgr', 'alert', at, 'mx-fgr'],
    ['mx-fgr', 'alert', { ...at, data: { ...route, category: 'TRAFFICKING' } }, 'mx-fgr'],
    ['mx-fgr', 'alert', { ...at, data: { ...route, control: ['DEBT_BONDAGE'] } }, 'mx-fgr'],
    ['mx-fgr', 'alert', { ...at, data: route }, undefined],
    ['mx-fgr', 'practice', at, undefined],
    ['mx-fgr', 'statistic', at, 'mx-fgr'],
    ['rncom-network', 'alert', { ...at, audience: 'CA4', data: route }, 'cr-oij'],
    [sourceOf('repatriation'), 'repatriation', strict, sourceOf('repatriation')],
    [sourceOf('referral'), 'referral', strict, sourceOf('referral')],
  ])('%s, %s, %j: signed by %s', (agency, kind, more, signer) => {
    const confirmed = 'EXERCISE';
    expect(permission(agency, kind, { ...more, subject, confirmed })).toMatchObject({ ok: true, signer });
  });
  test('is asked about until it is confirmed, and then kept with what was found', () => {
    const example = exampleOf('alert');
    const doubt = { pointer: '/subject', rule: 'content/doubtful', finding: 'name', start: 11, length: 15 };
    const asked = validateEvent({ ...example, subject }, now);
    expect(asked.ok && unconfirmed(asked.event)).toMatchObject([doubt]);
    const said = validateEvent({ ...example, subject, confirmed: 'EXERCISE' }, now);
    expect(said.ok && [unconfirmed(said.event), said.event.doubts]).toMatchObject([[], [doubt]]);
    expect(JSON.stringify(asked)).not.toMatch(/"message":"[^"]*Ejemplo/);
  });
});

describe('who signs', () => {
  const own = { agency: 'hn-inm', author: 'duty', signer: 'hn-inm' };
  const sponsored = { agency: 'rncom-network', author: undefined, signer: 'cr-oij' };

  test('a releaser of the signing agency who is not the author', () => {
    expect(maySign(reader('hn-inm', 'releaser'), own, directory)).toBe(true);
    expect(maySign(reader('hn-inm', 'releaser'), { ...own, author: 'releaser' }, directory)).toBe(false);
    expect(maySign(reader('hn-inm', 'duty'), own, directory)).toBe(false);
    expect(maySign(reader('hn-inm', 'focal'), own, directory)).toBe(false);
    expect(maySign(reader('hn-inm'), own, directory)).toBe(false);
    expect(maySign(reader('hn-mp', 'releaser'), own, directory)).toBe(false);
    expect(maySign(anonymous, own, directory)).toBe(false);
  });
  test('of the sponsor, not of who is sponsored', () => {
    expect(maySign(reader('cr-oij', 'releaser'), sponsored, directory)).toBe(true);
    expect(maySign(reader('rncom-network', 'releaser'), sponsored, directory)).toBe(false);
  });
  test('of another agency of the participant, where the signing one has one person', () => {
    const small = directoryAt(
      {
        ...register,
        people: register.people.filter(({ agency, id }) => agency !== 'hn-inm' || id === 'duty'),
      },
      now,
    );
    const other = readerOf(small, 'hn-mp', 'releaser') ?? anonymous;
    const foreign = readerOf(small, 'gt-mp', 'releaser') ?? anonymous;
    expect([maySign(other, own, small), maySign(foreign, own, small)]).toEqual([true, false]);
    // He reads what he may sign; the others of his agency, and its systems, do not.
    const may = (person?: string): boolean =>
      mayReadUnsigned(readerOf(small, 'hn-mp', person) ?? anonymous, own, small);
    expect([may('releaser'), may('duty'), may('focal'), may()]).toEqual([true, false, false, false]);
    expect(mayReadUnsigned(foreign, own, small)).toBe(false);
  });
  test('row 3: what waits is read by its agency and by its sponsor', () => {
    const may = (who: Reader): boolean => mayReadUnsigned(who, sponsored, directory);
    expect([
      may(reader('rncom-network')),
      may(reader('cr-oij')),
      may(reader('cr-dgme')),
      may(anonymous),
    ]).toEqual([true, true, false, false]);
  });
});
