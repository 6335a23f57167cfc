import { expect, test } from 'vitest';
import {
  agencies,
  agencyOf,
  defaultAgencyOf,
  laneCount,
  participantOf,
  participants,
  regions,
} from './index.ts';
import lanes from './lanes.json' with { type: 'json' };

test('a lane in the committed copy is never given to another: the copy only grows', () => {
  // A participant that joins gets the next lane, here and in lanes.json. Nothing else in either may change.
  expect(Object.fromEntries(participants.map(({ code, lane }) => [code, lane]))).toEqual(lanes);
});

test('lanes are the partitions 0 to n, in the order of the list', () => {
  expect(participants.map((participant) => participant.lane)).toEqual(participants.map((_, i) => i));
  expect(laneCount).toBe(participants.length);
});

test('everyone of the Conference takes part', () => {
  const of = (status: string) => participants.filter((p) => p.status === status).map((p) => p.code);
  expect(of('MEMBER')).toEqual(['BZ', 'CA', 'CR', 'DO', 'SV', 'GT', 'HN', 'MX', 'NI', 'PA', 'US']);
  expect(of('OBSERVER')).toEqual(['CO', 'JM', 'PE']);
  expect(of('ORGANIZATION')).toEqual(['IOM', 'UNHCR', 'UNFPA', 'SEGIB']);
  expect(of('GUEST')).toEqual(['ES']);
  expect(of('CIVIL_SOCIETY')).toEqual(['RNCOM']);
  expect(of('BODY')).toEqual(['PPT', 'TS', 'RCGM']);
});

test('an agency is of its participant, and its id says so', () => {
  for (const { id, participant, name } of agencies) {
    expect(id).toMatch(new RegExp(`^${participant.toLowerCase()}-[a-z0-9]+$`));
    expect(participantOf(participant)).toBeDefined();
    expect(name.es && name.en).toBeTruthy();
  }
  expect(new Set(agencies.map((agency) => agency.id)).size).toBe(agencies.length);
});

test('every participant has an agency, and every member several', () => {
  for (const { code, status } of participants) {
    const count = agencies.filter((agency) => agency.participant === code).length;
    expect(count).toBeGreaterThanOrEqual(status === 'MEMBER' ? 2 : 1);
    expect(defaultAgencyOf(code)?.participant).toBe(code);
  }
  expect(agencyOf('mx-fgr')?.participant).toBe('MX');
  expect(agencyOf('mx-none')).toBeUndefined();
  expect(defaultAgencyOf('ZZ')).toBeUndefined();
});

test('regions are made of participants', () => {
  for (const code of Object.values(regions).flat()) expect(participantOf(code)).toBeDefined();
});
