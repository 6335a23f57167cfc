import { expect, test } from 'vitest';
import { parseDueQuery } from './due-query.ts';

const day = Date.UTC(2026, 4, 1);

test.each([
  ['', { ok: true }],
  ['from=2026-05-01', { ok: true, from: day }],
  ['from=2026-05-01T01:00:00%2B01:00', { ok: true, from: day }],
  ['from=2026-05-02&from=2026-05-01', { ok: true, from: day }],
])('%s is read', (query, parsed) => {
  expect(parseDueQuery(new URLSearchParams(query))).toEqual(parsed);
});

test.each([
  ['from=yesterday', ['/from parameter/date']],
  ['from=', ['/from parameter/date']],
  ['agency=mx-fgr&to=2026-05-01', ['/agency parameter', '/to parameter']],
])('%s is refused', (query, broken) => {
  const parsed = parseDueQuery(new URLSearchParams(query));
  if (parsed.ok) throw new Error('taken');
  expect(parsed.violations.map(({ pointer, rule }) => `${pointer} ${rule}`)).toEqual(broken);
});
