import { describe, expect, test } from 'vitest';
import example from './example.json' with { type: 'json' };
import { repatriation } from './rules.ts';

const now = Date.UTC(2026, 3, 1);

function broken(change: Record<string, unknown>): string[] {
  return repatriation
    .rules({ ...example.data, ...change }, { tlp: 'AMBER_STRICT', now })
    .map(({ pointer, rule }) => `${pointer.slice(6)} ${rule}`);
}

const follows = '/v1/events/ni-dgme/1';
const reception = { office: 'Oficina de ejercicio', withGuardian: 0, withAgency: 0 };

test('each state with what belongs to it is taken', () => {
  for (const state of ['ACKNOWLEDGED', 'RECEIVED', 'FOLLOW_UP'])
    expect(broken({ state, follows })).toEqual([]);
  for (const state of ['REFUSED', 'SUSPENDED'])
    expect(broken({ state, follows, reason: 'SAFETY' })).toEqual([]);
});

test('a refusal and a suspension say why, and nothing else does', () => {
  expect(broken({ reason: 'SAFETY' })).toEqual(['reason repatriation/reason']);
  expect(broken({ state: 'REFUSED', follows })).toEqual(['reason repatriation/reason']);
});

describe.each(['CONFIRMED', 'IN_TRANSIT'])('safeguards of %s', (state) => {
  const guarded = (change: Record<string, unknown>): string[] =>
    broken({ state, follows, people: [{ age: 'ADULT', count: 4 }], reception, ...change });

  test('adults of whom nobody is a victim need no consent and no office', () => {
    expect(guarded({})).toEqual([]);
    expect(guarded({ reception: null })).toEqual([]);
  });

  test.each([
    ['NOT_ASSESSED', ['protection repatriation/protection']],
    ['OPEN', ['protection repatriation/protection']],
    ['NONE', []],
    ['RESOLVED', []],
  ])('protection %s', (protection, expected) => {
    expect(guarded({ protection })).toEqual(expected);
  });

  test('every adult victim consented; a child’s consent is none', () => {
    const adults = (consents: number) => [{ age: 'ADULT', count: 4, presumedVictims: 3, consents }];
    expect(guarded({ people: adults(3) })).toEqual([]);
    expect(guarded({ people: adults(2) })).toEqual(['people/0/consents repatriation/consent']);
    const child = [{ age: 'CHILD', count: 1, presumedVictims: 1, consents: 1 }];
    expect(guarded({ people: child, reception: { ...reception, withGuardian: 1 } })).toEqual([
      'people/0/determinations repatriation/best-interests',
    ]);
  });

  test.each(['CHILD', 'IN_DOUBT'])('%s: determination, guardian or agency, office, each for each', (age) => {
    const people = (determinations: number) => [{ age, count: 3, determinations }];
    const accepted = (withGuardian: number, withAgency: number, office: string | null = 'Oficina') => ({
      office,
      withGuardian,
      withAgency,
    });
    for (const [withGuardian, withAgency] of [
      [3, 0],
      [0, 3],
      [1, 2],
    ] as const)
      expect(guarded({ people: people(3), reception: accepted(withGuardian, withAgency) })).toEqual([]);
    expect(guarded({ people: people(2), reception: accepted(3, 0) })).toEqual([
      'people/0/determinations repatriation/best-interests',
    ]);
    for (const sum of [2, 4])
      expect(guarded({ people: people(3), reception: accepted(sum, 0) })).toEqual([
        'reception repatriation/guardian',
      ]);
    for (const office of [null, ' '])
      expect(guarded({ people: people(3), reception: accepted(3, 0, office) })).toEqual([
        'reception/office repatriation/office',
      ]);
  });

  test('a group whose age was found wrong before is not taken for adults', () => {
    expect(guarded({ people: [{ count: 1 }] })).toEqual(
      expect.arrayContaining(['people/0/determinations repatriation/best-interests']),
    );
  });
});

describe('the transfer', () => {
  const at = (local: string, point = 'ni-guasaule') =>
    broken({ transfer: { at: `2026-03-09T${local}:00-06:00`, point } });

  test('at the agreed hours of the point, to the minute', () => {
    expect(at('08:00')).toEqual([]);
    expect(at('17:00')).toEqual([]);
    expect(at('07:59')).toEqual(['transfer/at repatriation/hours']);
    expect(at('17:01')).toEqual(['transfer/at repatriation/hours']);
  });

  test('at an agreed point', () => {
    for (const point of ['ni-penas-blancas', 'hn-corinto', 'toString', 'x'])
      expect(at('12:00', point)).toEqual(['transfer/point repatriation/point']);
  });

  test('without an agreement: at any point of the receiving state, at any hour, and none is named', () => {
    const parties = {
      sending: { participant: 'US', agencies: ['us-dhs'] },
      receiving: { participant: 'MX', agencies: ['mx-inm'] },
    };
    const transfer = { at: '2026-03-09T02:00:00-08:00', point: 'mx-tijuana' };
    expect(broken({ ...parties, transfer, agreement: null })).toEqual([]);
    expect(broken({ ...parties, transfer })).toEqual(['agreement repatriation/agreement']);
    const across = { ...transfer, point: 'us-san-ysidro' };
    expect(broken({ ...parties, transfer: across, agreement: null })).toEqual([
      'transfer/point repatriation/point',
    ]);
  });

  test('what was agreed once is told as it was, whatever the table says later', () => {
    const transfer = { at: '2026-03-09T22:00:00-06:00', point: 'ni-penas-blancas' };
    expect(broken({ state: 'RECEIVED', follows, transfer })).toEqual([]);
    expect(broken({ state: 'CONFIRMED', follows, transfer }).length).toBeGreaterThan(1);
  });
});

test('groups, needs and modes once each', () => {
  const people = [
    { age: 'ADULT', sex: 'MALE', count: 2 },
    { age: 'ADULT', sex: 'FEMALE', count: 2 },
    { age: 'ADULT', sex: 'MALE', count: 3 },
  ];
  const specialNeeds = [
    { need: 'MEDICAL', count: 1 },
    { need: 'MEDICAL', count: 0 },
  ];
  expect(broken({ people, specialNeeds, transport: ['ROAD', 'ROAD'] })).toEqual([
    'people/2 unique',
    'specialNeeds/1/count range',
    'specialNeeds/1 unique',
    'transport/1 unique',
  ]);
});

test('what was found wrong before is passed over', () => {
  expect(
    broken({
      people: [undefined, { age: 'ADULT', count: 2 }],
      specialNeeds: [undefined],
      transport: [undefined],
    }),
  ).toEqual([]);
});

test('a party is a member with agencies of its own', () => {
  const receiving = (participant: string, agencies: string[]) =>
    broken({ receiving: { participant, agencies } });
  expect(receiving('NI', ['ni-dgme', 'ni-pn'])).toEqual([]);
  expect(receiving('NI', ['ni-dgme', 'ni-dgme'])).toEqual(['receiving/agencies/1 unique']);
  expect(receiving('NI', [])).toEqual(['receiving/agencies required']);
  expect(receiving('CO', ['co-migracion'])).toContain('receiving/participant repatriation/parties');
  expect(broken({ organization: 'rncom-network' })).toEqual([]);
  expect(broken({ organization: 'ts-office' })).toEqual(['organization repatriation/organization']);
});

test('the facets: both states, the hour of the transfer', () => {
  const at = Date.parse(example.data.transfer.at);
  expect(repatriation.facets(example.data)).toMatchObject({ countries: ['MX', 'NI'], from: at, to: at });
  expect(repatriation.facets({})).toMatchObject({ countries: [], from: null, to: null });
});
