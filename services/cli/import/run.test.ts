import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Outcome } from '../upload.ts';
import type { ImportedEvent, ImportItem } from './item.ts';
import { progressNote } from './progress-note.ts';
import { type ImportRun, runImport } from './run.ts';
import { createTally, type RefusedLine } from './tally.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-import-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

const agencies: Readonly<Record<string, string>> = { MX: 'mx-fgr', GT: 'gt-igm', US: 'us-dhs' };
const item = (country: string, line: number): ImportedEvent => ({
  ok: true,
  country,
  agency: agencies[country] ?? '',
  lines: [line],
  event: { specversion: '1.0', id: `e${line}`, type: 'alert', data: {} },
});

async function* each(items: readonly ImportItem[]) {
  yield* items;
}

/** An exchange as an import sees it: it keeps each id once, and refuses or fails where a test says so. */
function exchange() {
  const log = new Set<string>();
  const sent: string[][] = [];
  return {
    log,
    sent,
    refuse: (_id: string): boolean => false,
    fail: (_request: number): boolean => false,
    async send(agency: string, events: readonly ImportedEvent[]): Promise<readonly Outcome[]> {
      sent.push(events.map(({ event }) => event.id));
      if (this.fail(sent.length)) throw new Error('no connection');
      return events.map(({ event }) => {
        if (this.refuse(event.id)) return { kept: false, status: 422, problem: { title: 'no' } };
        log.add(`/v1/events/${agency}/${event.id}`);
        return { kept: true };
      });
    },
  };
}

function run(to: ReturnType<typeof exchange>, items: readonly ImportItem[], more: Partial<ImportRun> = {}) {
  const refused: RefusedLine[] = [];
  return runImport({
    items: each(items),
    tally: createTally(
      (country) => agencies[country],
      (row) => refused.push(row),
    ),
    note: progressNote(home, 'test'),
    send: (agency, events) => to.send(agency, events),
    addressOf: ({ agency, event }) => `/v1/events/${agency}/${event.id}`,
    isThere: async (address) => to.log.has(address),
    reasonOf: ({ status }) => `status ${status}`,
    onProgress: () => {},
    ...more,
  });
}

test('events go to their agencies in order, and are counted by country', async () => {
  const to = exchange();
  const rows: number[] = [];
  const summary = await run(to, [item('US', 2), item('MX', 3), item('US', 4)], {
    onProgress: (count) => rows.push(count),
  });
  expect(to.sent).toEqual([['e2', 'e4'], ['e3']]);
  expect(rows.at(-1)).toBe(3);
  expect(summary).toEqual({
    rows: 3,
    events: 3,
    kept: 3,
    refused: 0,
    countries: [
      { country: 'MX', agency: 'mx-fgr', rows: 1, events: 1, kept: 1, refused: 0 },
      { country: 'US', agency: 'us-dhs', rows: 2, events: 2, kept: 2, refused: 0 },
    ],
    refusedRows: [],
    damagedLabels: {},
  });
});

test('refused rows are listed with their lines, of whatever reason; others are kept', async () => {
  const to = exchange();
  to.refuse = (id) => id === 'e5';
  const summary = await run(to, [
    item('MX', 3),
    { ok: false, line: 9, reason: 'damaged' },
    { ok: false, line: 4, reason: 'no date', country: 'GT' },
    { ok: false, line: 8, reason: 'unknown', country: 'ZZ' },
    item('MX', 5),
    { ok: true, line: 3, label: 'a\uFFFD' },
    { ok: true, line: 5, label: 'a\uFFFD' },
  ]);
  expect(summary).toMatchObject({
    rows: 5,
    events: 2,
    kept: 1,
    refused: 4,
    countries: [
      { country: 'GT', rows: 1, events: 0, kept: 0, refused: 1 },
      { country: 'MX', rows: 2, events: 2, kept: 1, refused: 1 },
    ],
    refusedRows: [
      { line: 4, country: 'GT', reason: 'no date' },
      { line: 5, country: 'MX', reason: 'status 422' },
      { line: 8, country: 'ZZ', reason: 'unknown' },
      { line: 9, reason: 'damaged' },
    ],
    damagedLabels: { 'a\uFFFD': [3, 5] },
  });
});

test('what is kept is passed over the next time; what was refused is sent again', async () => {
  const items = [item('MX', 2), item('MX', 3), item('MX', 4), item('GT', 5)];
  const to = exchange();
  to.refuse = (id) => id === 'e3';
  expect(await run(to, items)).toMatchObject({ kept: 3, refused: 1 });
  to.sent.length = 0;
  to.refuse = () => false;
  expect(await run(to, items)).toMatchObject({ rows: 4, kept: 4, refused: 0 });
  expect(to.sent).toEqual([['e3', 'e4']]);
  to.sent.length = 0;
  expect(await run(to, items)).toMatchObject({ kept: 4 });
  expect(to.sent).toEqual([]);
});

test('an exchange that was emptied gets everything again', async () => {
  const items = [item('MX', 2), item('GT', 3)];
  await run(exchange(), items);
  const emptied = exchange();
  expect(await run(emptied, items)).toMatchObject({ kept: 2 });
  expect(emptied.log.size).toBe(2);
});

test('requests are bounded in size and in number', async () => {
  const to = exchange();
  let underway = 0;
  let most = 0;
  const items = Array.from({ length: 3_300 }, (_, i) => item(['MX', 'GT', 'US'][i % 3] ?? '', i + 2));
  await run(to, items, {
    send: async (agency, events) => {
      expect(events.length).toBeLessThanOrEqual(500);
      underway += 1;
      most = Math.max(most, underway);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underway -= 1;
      return to.send(agency, events);
    },
  });
  expect(most).toBeLessThanOrEqual(4);
  expect(to.log.size).toBe(3_300);
});

test('whenever it is interrupted, running it again sends the rest, and nothing is lost or refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('MX', 'GT', 'US'), { minLength: 1, maxLength: 4_000 }),
      fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }),
      async (countries, failures) => {
        const to = exchange();
        const items = countries.map((country, i) => item(country, i + 2));
        for (const failing of failures) {
          to.sent.length = 0;
          to.fail = (request) => request >= failing;
          await run(to, items).catch((error: unknown) => expect(error).toEqual(new Error('no connection')));
        }
        to.fail = () => false;
        const summary = await run(to, items);
        expect(summary).toMatchObject({ rows: items.length, kept: items.length, refused: 0 });
        expect(to.log.size).toBe(items.length);
        await rm(join(home, 'imports'), { recursive: true, force: true });
      },
    ),
    { numRuns: 15 },
  );
});
