import { describe, expect, test } from 'vitest';
import { participants } from '../../participants.ts';
import { symbolsOf } from '../../symbols.ts';
import { dayMs } from '../../time.ts';
import { training } from './rules.ts';

const now = Date.UTC(2026, 3, 1);

/** A sound announcement, with what the case changes. */
function trainingWith(change: Record<string, unknown>): Record<string, unknown> {
  return {
    status: 'EXERCISE',
    state: 'ANNOUNCED',
    theme: 'CHILDREN',
    information: [{ language: 'es', title: 'EJERCICIO' }],
    sessions: [{ days: { from: '2026-06-09' } }],
    modality: 'ONLINE',
    languages: ['es'],
    organizers: [{ participant: 'GT' }],
    contact: { office: 'Oficina de capacitación' },
    ...change,
  };
}

function broken(change: Record<string, unknown>): string[] {
  return training
    .rules(trainingWith(change), { tlp: 'GREEN', now })
    .map(({ pointer, rule }) => `${pointer.slice(6)} ${rule}`);
}

const hours = (start: unknown, end: unknown) => ({ sessions: [{ start, end }], zone: 'America/Panama' });

describe('sessions', () => {
  test('are days, or from an hour to an hour; several, of both kinds', () => {
    expect(broken({})).toEqual([]);
    expect(broken({ sessions: [{ days: { from: '2026-06-09', to: '2026-06-12' }, start: null }] })).toEqual(
      [],
    );
    const { sessions, zone } = hours('2026-06-09T09:00:00-05:00', '2026-06-09T09:00:00.001-05:00');
    expect(broken({ sessions: [...sessions, { days: { from: '2026-06-10' } }], zone })).toEqual([]);
  });

  test('are in order by their instants, not by the hours that are written', () => {
    expect(broken(hours('2026-06-09T09:00:00-06:00', '2026-06-09T15:00:00.001Z'))).toEqual([]);
    expect(broken(hours('2026-06-09T09:00:00-06:00', '2026-06-09T15:00:00Z'))).toEqual([
      'sessions/0/end training/session',
    ]);
  });

  test('that are half said are not said, and what was found wrong before is not said again', () => {
    expect(broken(hours('2026-06-09T15:00:00Z', null))).toEqual(['sessions/0 training/session']);
    expect(broken(hours(null, '2026-06-09T15:00:00Z'))).toEqual(['sessions/0 training/session']);
    expect(broken(hours('2026-06-09T15:00:00Z', undefined))).toEqual([]);
    expect(broken({ sessions: [undefined, { days: undefined }] })).toEqual([]);
  });

  test('have days or hours, not a part of both', () => {
    for (const part of [{ start: '2026-06-09T15:00:00Z' }, { end: '2026-06-09T15:00:00Z' }]) {
      const sessions = [{ days: { from: '2026-06-09' }, ...part }];
      expect(broken({ sessions, zone: 'UTC' })).toEqual(['sessions/0 training/session']);
    }
  });

  test('reach a year ahead, and there are not too many', () => {
    const ahead = (days: number) => new Date(now + days * dayMs).toISOString();
    expect(broken(hours(ahead(365), ahead(366)))).toEqual([]);
    expect(broken(hours(ahead(366), ahead(367)))).toEqual(['sessions/0/end period/far']);
    const many = Array.from({ length: 201 }, () => ({ days: { from: '2026-06-09' } }));
    expect(broken({ sessions: many.slice(1) })).toEqual([]);
    expect(broken({ sessions: many })).toEqual(['sessions length']);
  });

  test('with hours have a zone; days need none, and may have one', () => {
    const said = (zone: unknown) =>
      broken({ ...hours('2026-06-09T15:00:00Z', '2026-06-09T16:00:00Z'), zone });
    expect(said('UTC')).toEqual([]);
    for (const zone of [null, undefined, '', '-05:00', 'EST', 'america/panama'])
      expect([zone, said(zone)]).toEqual([zone, ['zone training/zone']]);
    expect(broken({ zone: 'America/Panama' })).toEqual([]);
  });
});

test('a calendar has all it needs: in the zone, the hours are those that were meant', () => {
  const { sessions, zone } = hours('2026-06-09T14:00:00Z', '2026-06-09T16:30:00Z');
  expect(broken({ sessions, zone })).toEqual([]);
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  expect(shown.format(Date.parse(String(sessions[0]?.start)))).toBe('09/06/2026, 09:00');
});

test('registration is open until the last day at most, wherever that is', () => {
  expect(broken({ registrationUntil: '2026-06-09' })).toEqual([]);
  expect(broken({ registrationUntil: '2026-06-10' })).toEqual([]);
  expect(broken({ registrationUntil: '2026-06-11' })).toEqual(['registrationUntil training/registration']);
  const { sessions, zone } = hours('2026-06-09T20:00:00+12:00', '2026-06-10T01:00:00+12:00');
  expect(broken({ sessions, zone, registrationUntil: '2026-06-10' })).toEqual([]);
});

test('where it is held goes with how', () => {
  const places = [{ country: 'GT' }];
  for (const modality of ['IN_PERSON', 'HYBRID']) {
    expect(broken({ modality, places })).toEqual([]);
    expect(broken({ modality, places: [] })).toEqual(['places training/places']);
  }
  expect(broken({ modality: 'ONLINE', places: [] })).toEqual([]);
  expect(broken({ modality: 'ONLINE', places })).toEqual(['places training/places']);
  expect(broken({ modality: undefined, places })).toEqual(['modality required']);
  expect(broken({ modality: 'IN_PERSON', places: [{ country: 'GT', venue: 'x'.repeat(201) }] })).toEqual([
    'places/0/venue length',
  ]);
  expect(broken({ modality: 'IN_PERSON', places: Array.from({ length: 51 }, () => places[0]) })).toEqual([
    'places length',
  ]);
});

test('organizers are participants, institutions by name, or both', () => {
  expect(
    broken({
      organizers: [{ participant: 'GT' }, { name: 'Universidad' }, { participant: 'GT', name: 'IGM' }],
    }),
  ).toEqual([]);
  expect(broken({ organizers: [{ name: 'Universidad' }, { name: ' Universidad ' }] })).toEqual([
    'organizers/1 unique',
  ]);
  expect(broken({ organizers: [undefined, { name: 'x'.repeat(301) }, { name: undefined }] })).toEqual([
    'organizers/1/name length',
  ]);
  const many = Array.from({ length: 51 }, (_, i) => ({ name: `Institución ${i}` }));
  expect(broken({ organizers: many })).toEqual(['organizers length']);
});

test('who may attend is said by the statuses and participants of the Conference', () => {
  expect(new Set(symbolsOf('ParticipantStatus'))).toEqual(new Set(participants.map(({ status }) => status)));
  expect(broken({ openTo: { statuses: ['GUEST'] } })).toEqual([]);
  expect(broken({ openTo: { statuses: [], participants: ['ES', 'RNCOM'] } })).toEqual([]);
  expect(broken({ openTo: { statuses: [], participants: [] } })).toEqual(['openTo training/open-to']);
});

test('a change refers to what it takes the place of if it says so, a cancellation always', () => {
  const references = ['/v1/events/gt-svet/taller-7'];
  for (const state of ['ANNOUNCED', 'CANCELLED']) expect(broken({ state, references })).toEqual([]);
  expect(broken({ state: 'ANNOUNCED', references: [] })).toEqual([]);
  expect(broken({ state: 'CANCELLED', references: [] })).toEqual(['references training/references']);
});

test.each([
  [1, []],
  [100_000, []],
  [null, []],
  [-1, ['seats range']],
  [100_001, ['seats range']],
])('%p seats', (seats, expected) => {
  expect(broken({ seats })).toEqual(expected);
});

describe('facets', () => {
  test('its countries, its theme, and from its first session to its last', () => {
    const sessions = [
      { start: '2026-06-17T15:00:00Z', end: '2026-06-17T17:30:00Z' },
      { days: { from: '2026-06-09', to: '2026-06-10' } },
      undefined,
    ];
    const places = ['GT', 'MX', 'GT'].map((country) => ({ country }));
    expect(training.facets(trainingWith({ sessions, places }))).toEqual({
      countries: ['GT', 'MX'],
      category: 'CHILDREN',
      legs: [],
      exploitation: [],
      groups: [],
      severity: null,
      languages: ['es'],
      from: Date.UTC(2026, 5, 9),
      to: Date.UTC(2026, 5, 17, 17, 30),
    });
  });

  test('a day is all of it', () => {
    const { from, to } = training.facets(trainingWith({}));
    expect([from, to]).toEqual([Date.UTC(2026, 5, 9), Date.UTC(2026, 5, 10) - 1]);
  });

  test('of nothing there are none', () => {
    expect(training.facets({})).toMatchObject({ countries: [], category: null, from: null, to: null });
  });
});
