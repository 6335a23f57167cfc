import type { Audited } from '@puebla/kit';
import {
  anonymous,
  demonstrationRegister,
  directoryAt,
  type EventHead,
  readerOf,
  type Tlp,
} from '@puebla/schemas';
import { expect, test } from 'vitest';
import { createDeliveries } from './deliveries.ts';

const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 5, 1));
function readerNamed(agency: string) {
  const reader = readerOf(directory, agency);
  if (reader === undefined) throw new Error(agency);
  return reader;
}
const gt = readerNamed('gt-mp');
const head = (id: string, tlp: Tlp): EventHead => ({
  id,
  agency: 'mx-fgr',
  participant: 'MX',
  kind: 'alert',
  time: '2026-01-01T00:00:00Z',
  tlp,
});
/** An audit that takes so many entries. */
function auditOf(room: number) {
  const told: Audited[] = [];
  const note = (act: Audited): boolean => told.length < room && told.push(act) > 0;
  return { told, note };
}

test('an agency is told of once, from AMBER on, and never its own', () => {
  const audit = auditOf(100);
  const { tell } = createDeliveries(audit);
  for (const tlp of ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'] as const) {
    for (const reader of [gt, gt, readerNamed('sv-fgr'), readerNamed('mx-fgr'), anonymous])
      expect(tell(reader, head(tlp, tlp))).toBe(true);
  }
  expect(audit.told).toEqual(
    (['AMBER', 'AMBER_STRICT', 'RED'] as const).flatMap((tlp) =>
      ['gt-mp', 'sv-fgr'].map((agency) => ({
        what: 'delivered',
        agency,
        event: `/v1/events/mx-fgr/${tlp}`,
        kind: 'alert',
        tlp,
      })),
    ),
  );
});

test('what must not be read without an entry is not shown, and is when there is room', () => {
  const full = auditOf(0);
  const { tell } = createDeliveries(full);
  expect(tell(gt, head('a', 'AMBER'))).toBe(true);
  expect(tell(gt, head('b', 'AMBER_STRICT'))).toBe(false);
  expect(tell(gt, head('c', 'RED'))).toBe(false);
  let isFull = true;
  const told: Audited[] = [];
  const later = createDeliveries({ note: (act) => !isFull && told.push(act) > 0 });
  expect(later.tell(gt, head('b', 'AMBER_STRICT'))).toBe(false);
  isFull = false;
  expect(later.tell(gt, head('b', 'AMBER_STRICT'))).toBe(true);
  expect(told).toHaveLength(1);
});

test('what is remembered is bounded: of more than that the oldest is told again', () => {
  const audit = auditOf(1_000);
  const { tell } = createDeliveries(audit, 10);
  const ids = Array.from({ length: 11 }, (_, nr) => `e${nr}`);
  for (const id of ids) tell(gt, head(id, 'AMBER'));
  tell(gt, head('e10', 'AMBER'));
  tell(gt, head('e6', 'AMBER'));
  expect(audit.told).toHaveLength(11);
  tell(gt, head('e0', 'AMBER'));
  expect(audit.told).toHaveLength(12);
});
