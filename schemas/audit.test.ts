import { expect, test } from 'vitest';
import {
  type AuditEntry,
  anonymous,
  auditScope,
  demonstrationRegister,
  directoryAt,
  parseAuditQuery,
  type Reader,
  readAuditEntry,
  readerOf,
} from './index.ts';

const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 5, 1));
function readerNamed(agency: string, person?: string): Reader {
  const reader = readerOf(directory, agency, person);
  if (reader === undefined) throw new Error(`${agency} ${person}`);
  return reader;
}

test('who may see whose entries: analysts and focal points those of their participant, the Secretariat the directory’s too', () => {
  expect(auditScope(anonymous, directory)).toBeUndefined();
  expect(auditScope(readerNamed('mx-fgr'), directory)).toEqual({ participant: 'MX', ofAll: [] });
  expect(auditScope(readerNamed('mx-fgr', 'focal'), directory)).toEqual({ participant: 'MX', ofAll: [] });
  expect(auditScope(readerNamed('ts-office'), directory)).toEqual({
    participant: 'TS',
    ofAll: ['directory', 'recalled'],
  });
  const reader = readerNamed('mx-fgr', 'focal');
  if (!reader.signedIn) throw new Error('signed in');
  for (const roles of [[], ['publisher'], ['releaser', 'operator']] as const)
    expect(auditScope({ ...reader, roles }, directory)).toBeUndefined();
  const presidency = directory.offices.get('PRESIDENCY') ?? '';
  expect(auditScope(readerNamed(presidency), directory)?.ofAll).toEqual([]);
});

const entry: AuditEntry = {
  id: '3f9c1a52-0000-4000-8000-000000000001',
  time: '2026-05-01T12:00:00.000Z',
  what: 'read',
  agency: 'gt-mp',
  event: '/v1/events/mx-fgr/e-1',
};

test('an entry is read back as it was written; what is none is nothing', () => {
  expect(readAuditEntry(JSON.parse(JSON.stringify(entry)))).toEqual(entry);
  const { event: _event, ...refused } = { ...entry, what: 'refused', codes: ['invalid'], count: 1 };
  expect(readAuditEntry(refused)).toEqual(refused);
  for (const broken of [
    null,
    [],
    'text',
    { ...entry, id: 'x' },
    { ...entry, time: 'yesterday' },
    { ...entry, what: 'slept' },
    { ...entry, agency: 'xx-none' },
    { ...entry, event: '/v1/events/mx-fgr/a b' },
  ])
    expect(readAuditEntry(broken)).toBeUndefined();
});

test('what is asked: commas and repetition mean or, a day is all of it', () => {
  const asked =
    'what=read,delivered&agency=gt-mp&agency=sv-fgr&event=mx-fgr/e-1&from=2026-05-01&to=2026-05-02';
  expect(parseAuditQuery(new URLSearchParams(asked))).toEqual({
    ok: true,
    query: {
      what: ['read', 'delivered'],
      agency: ['gt-mp', 'sv-fgr'],
      event: ['/v1/events/mx-fgr/e-1'],
      from: Date.UTC(2026, 4, 1),
      to: Date.UTC(2026, 4, 3) - 1,
    },
  });
  expect(parseAuditQuery(new URLSearchParams())).toEqual({ ok: true, query: {} });
});

test.each([
  ['what=slept', '/what', 'enum'],
  ['what=', '/what', 'enum'],
  ['agency=nobody', '/agency', 'parameter/agency'],
  ['event=/v1/events/x', '/event', 'parameter/address'],
  ['from=soon', '/from', 'parameter/date'],
  ['from=2026-05-02&to=2026-05-01', '/from', 'parameter/period'],
  ['person=x', '/person', 'parameter'],
])('%s is refused with its reason', (asked, pointer, rule) => {
  const parsed = parseAuditQuery(new URLSearchParams(asked));
  expect(parsed.ok ? [] : parsed.violations).toMatchObject([{ pointer, rule }]);
});
