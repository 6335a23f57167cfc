import { expect, test } from 'vitest';
import { symbolsOf } from '../../symbols.ts';
import example from './example.json' with { type: 'json' };
import { referral } from './rules.ts';

function broken(change: Record<string, unknown>): string[] {
  return referral
    .rules({ ...example.data, ...change }, { tlp: 'AMBER_STRICT', now: Date.UTC(2026, 3, 1) })
    .map(({ pointer, rule }) => `${pointer.slice(6)} ${rule}`);
}

const follows = '/v1/events/gt-pgn/1';

test('each state says its own, and no other', () => {
  const states = { ACCEPTED: {}, DECLINED: { reason: 'NO_CAPACITY' }, CLOSED: { outcome: 'ASSISTED' } };
  const said = Object.entries(states);
  for (const [state, own] of said) {
    for (const [other, what] of said) {
      expect([state, other, broken({ state, follows, ...what }).length === 0]).toEqual([
        state,
        other,
        state === other,
      ]);
      expect(own).toBe(states[state as keyof typeof states]);
    }
  }
});

test('every need of the mission has its symbol', () => {
  expect(symbolsOf('ReferralNeed')).toEqual([
    'MEDICAL',
    'LEGAL',
    'PSYCHOSOCIAL',
    'SHELTER',
    'CONSULAR',
    'CHILD_PROTECTION',
    'REFUGEE_PROTECTION',
    'VOLUNTARY_RETURN',
    'DISABILITY_REHABILITATION',
    'REINTEGRATION',
  ]);
  expect(broken({ needs: symbolsOf('ReferralNeed') })).toEqual([]);
  expect(broken({ needs: [undefined, 'LEGAL', 'LEGAL'] })).toEqual(['needs/2 unique']);
});

test.each([
  ['iom-regional', []],
  ['co-migracion', []],
  ['rncom-network', []],
  ['ts-office', []],
  ['es-interior', ['to referral/addressee']],
  ['gt-pgn', ['to referral/addressee']],
  ['xx-nobody', ['to step/agency']],
  ['', ['to required']],
])('to %s', (to, expected) => {
  expect(broken({ to })).toEqual(expected);
});

test('it has no place, date or group that a filter could find it by', () => {
  expect(referral.facets(example.data)).toEqual({
    countries: [],
    category: null,
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: [],
    from: null,
    to: null,
  });
});
