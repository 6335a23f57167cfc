import { expect, test } from 'vitest';
import { calmText, type Freshness, troublesOf, troubleText } from './index.ts';

const well: Parameters<typeof troublesOf>[0] = {
  participants: [],
  services: [
    { service: 'gateway', perSecond: 1, lagRecords: null, lagSeconds: null, lanes: [] },
    { service: 'feeds', perSecond: 1, lagRecords: 9, lagSeconds: 0.2, lanes: [] },
  ],
  dead: [{ kind: 'alert', open: 0, oldest: null }],
  streams: { subscribers: 0, evictions: {} },
  overdue: [{ participant: 'MX', acknowledgements: 0, recalls: null }],
  schemas: [],
  parts: [{ part: 'kafka', state: 'OK', version: null, checks: [] }],
};
const silent: Freshness = {
  verdict: 'SILENT',
  heard: '2026-05-30T12:00:00.000Z',
  silentHours: 36.2,
  habit: { hours: 10, by: 'EVENTS' },
  outage: null,
};

test('where all is well there is no trouble, and a moment’s lag is none', () => {
  expect(troublesOf(well)).toEqual([]);
});

test('that every country is heard is not said where nobody is judged yet', () => {
  const unjudged = { ...silent, participant: 'PA', verdict: 'NOT_JUDGED' } as const;
  const text = (...participants: readonly (Freshness & { participant: 'PA' })[]) =>
    calmText({ participants }).en;
  expect(text(unjudged)).toMatch('cannot be judged yet');
  expect(text()).toMatch('cannot be judged yet');
  expect(text(unjudged, { ...unjudged, verdict: 'FRESH' })).toBe('All is well');
  expect(calmText({ participants: null }).es).toMatch('aún no se puede juzgar');
});

test('that the services are not known is a trouble', () => {
  expect(troublesOf({ ...well, services: [] })).toEqual([{ code: 'unknown', section: 'services' }]);
});

test('each trouble is told, the worst first, in Spanish and English', () => {
  const troubles = troublesOf({
    participants: [
      { participant: 'HN', ...silent },
      { participant: 'GT', ...silent, heard: null, silentHours: null },
      { participant: 'MX', ...silent, verdict: 'DECLARED_OUTAGE' },
      { participant: 'PA', ...silent, verdict: 'NOT_JUDGED' },
    ],
    services: [{ service: 'library', perSecond: null, lagRecords: 5, lagSeconds: 90, lanes: [] }],
    dead: [{ kind: 'alert', open: 2, oldest: '2026-05-30T12:00:00.000Z' }],
    streams: null,
    overdue: [{ participant: 'HN', acknowledgements: 3, recalls: 1 }],
    schemas: null,
    parts: [
      { part: 'kafka', state: 'FAILED', version: null, checks: [] },
      { part: 'registry', state: 'UNKNOWN', version: null, checks: [] },
    ],
  });
  expect(troubles.map(troubleText)).toEqual([
    { es: 'kafka no está bien', en: 'kafka is not well' },
    { es: 'registry no responde', en: 'registry does not answer' },
    { es: 'library lleva 90 s de retraso (5 registros)', en: 'library is 90 s behind (5 records)' },
    { es: 'Honduras: en silencio desde hace 36 h', en: 'Honduras silent for 36 h' },
    { es: 'Guatemala: nada en 90 días', en: 'Guatemala not heard in 90 days' },
    { es: '2 cartas muertas de alert', en: '2 dead letters of alert' },
    { es: 'Honduras: 3 acuses vencidos', en: 'Honduras: 3 acknowledgements overdue' },
    { es: 'Honduras: 1 declaración de borrado vencida', en: 'Honduras: 1 statement on recalls overdue' },
    { es: 'no se sabe ahora: los suscriptores', en: 'not known now: the subscribers' },
    { es: 'no se sabe ahora: las versiones de los esquemas', en: 'not known now: the versions of schemas' },
  ]);
});
