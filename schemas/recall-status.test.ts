import { expect, test } from 'vitest';
import {
  demonstrationRegister,
  directoryAt,
  type Reader,
  type Recalled,
  type RecallStatus,
  readerOf,
  recallStatus,
  type Statement,
} from './index.ts';

const at = Date.UTC(2026, 5, 1);
const hourMs = 3_600_000;
const directory = directoryAt(demonstrationRegister, at);
const of = '/v1/events/mx-fgr/alerta-1';
const recalled: Recalled = {
  of,
  agency: 'mx-fgr',
  kind: 'alert',
  tlp: 'AMBER_STRICT',
  readers: 'gt-pgn,sv-fgr,mx-fgr',
  recall: 'ts-office/retiro-1',
  reason: 'PERSONAL_DATA',
  at,
};

function statusFor(
  agency: string,
  given: readonly Statement[],
  afterHours: number,
  taken = recalled,
): RecallStatus | undefined {
  const reader: Reader | undefined = readerOf(directory, agency);
  if (reader === undefined) throw new Error(agency);
  const now = at + afterHours * hourMs;
  return recallStatus(reader, taken, given, {
    atRecall: directory,
    today: directory,
    now,
    answerMs: 72 * hourMs,
  });
}

const deleted: Statement = {
  of,
  agency: 'gt-pgn',
  statement: 'DELETED',
  reason: null,
  time: new Date(at + hourMs).toISOString(),
};

test('what is not stated is overdue when its time is over, and not before', () => {
  const overdue = (hours: number) =>
    statusFor('mx-fgr', [deleted], hours)
      ?.asked.filter((one) => one.overdue)
      .map(({ agencies }) => agencies);
  expect(overdue(71)).toEqual([]);
  expect(overdue(73)).toEqual([['sv-fgr']]);
});

test('the owner, who has taken it back and the Secretariat see all; a recipient himself; others nothing', () => {
  const asked = (agency: string) => statusFor(agency, [], 1)?.asked.flatMap(({ agencies }) => agencies);
  for (const agency of ['mx-fgr', 'ts-office'])
    expect(asked(agency)).toEqual(['gt-pgn', 'sv-fgr'].sort(inDirectory));
  expect(asked('gt-pgn')).toEqual(['gt-pgn']);
  for (const agency of ['gt-mp', 'mx-inm', 'hn-inm']) expect(asked(agency)).toBeUndefined();
});

test('whoever could read an earlier version is asked too, and nobody twice', () => {
  const before = [{ agency: 'mx-fgr', tlp: 'AMBER', readers: 'GT,BZ' }] as const;
  const asked = (agency: string) => statusFor(agency, [], 1, { ...recalled, before })?.asked;
  const lines = asked('ts-office')?.map(({ agencies }) => agencies.toSorted().join()) ?? [];
  expect(lines.toSorted()).toEqual([
    'bz-atips,bz-immigration,bz-police',
    'gt-igm,gt-mp,gt-svet',
    'gt-pgn',
    'sv-fgr',
  ]);
  expect(asked('gt-mp')?.map(({ participant }) => participant)).toEqual(['GT']);
  expect(asked('hn-inm')).toBeUndefined();
});

function inDirectory(a: string, b: string): number {
  const order = [...directory.agencies.keys()];
  return order.indexOf(a) - order.indexOf(b);
}

test('whoever is not signed in is told nothing', () => {
  const asking = { atRecall: directory, today: directory, now: at, answerMs: hourMs };
  expect(recallStatus({ signedIn: false }, { ...recalled, tlp: 'CLEAR' }, [], asking)).toBeUndefined();
});
