import { demonstrationRegister, directoryAt, type StepEvent } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { type SteppedKind, soundStep, steppedKinds } from '../../../../schemas/steps/step-maker.ts';
import type { ShownEvent } from '../feed/event.ts';
import { type Acts, actsOn, nextStep } from './acts.ts';
import type { Thread } from './thread.ts';

/** What is offered on a record is what the contract lets its reader do. */

const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 5, 1));

function agency(id: string) {
  const found = directory.agencies.get(id);
  if (found === undefined) throw new Error(`no agency ${id}`);
  return found;
}

const shown = (type: string, { agency, acceptedAt, ...step }: StepEvent): ShownEvent => ({
  ...step,
  readers: step.readers ?? '',
  source: agency,
  type,
  participant: agency.slice(0, 2).toUpperCase(),
  time: new Date(acceptedAt).toISOString(),
  recordedtime: new Date(acceptedAt).toISOString(),
  data: step.data,
});

function threadOf(kind: string, steps: readonly StepEvent[]): Thread {
  const [first] = steps;
  if (first === undefined) throw new Error('a thread has a first event');
  return { thread: `${first.agency}/${first.id}`, kind, items: steps.map((step) => shown(kind, step)) };
}

function offered(thread: Thread, id: string): Acts {
  const last = thread.items.at(-1);
  if (last === undefined) throw new Error('a thread has a last event');
  return actsOn(last, thread, agency(id), directory);
}

/** Goes every way that is offered, each state once, and tells each step as `<from> <side> <to>`. */
function wayThrough(kind: SteppedKind): { offered: Set<string>; strangers: number } {
  const [owner = ''] = Object.keys(kind.agencies);
  const found = new Set<string>();
  let strangers = 0;
  const begin = String(kind.first['state']);
  const waiting = [[soundStep(kind, undefined, owner, begin)]];
  const been = new Set([begin]);
  for (const steps of waiting) {
    const thread = threadOf(kind.name, steps);
    const from = String(steps.at(-1)?.data['state']);
    for (const [id, side] of Object.entries(kind.agencies)) {
      for (const to of offered(thread, id).steps) {
        if (side === undefined) strangers++;
        found.add(`${from} ${side} ${to}`);
        if (been.has(to)) continue;
        been.add(to);
        waiting.push([...steps, soundStep(kind, steps.at(-1), id, to)]);
      }
    }
  }
  return { offered: found, strangers };
}

test.each(steppedKinds)('of a $name exactly the legal steps are offered, each to its side', (kind) => {
  const legal = [...kind.legal].filter((row) => !row.startsWith('null '));
  const { offered: rows, strangers } = wayThrough(kind);
  expect([...rows].sort()).toEqual(legal.sort());
  expect(strangers).toBe(0);
});

test('a step says all that the one before it said, to those who still take part', () => {
  const [repatriation] = steppedKinds;
  if (repatriation === undefined) throw new Error('no kind with steps');
  const first = soundStep(repatriation, undefined, 'mx-inm', 'PROPOSED');
  const thread = threadOf('repatriation', [first]);
  const next = nextStep(thread, first, 'REFUSED', { reason: 'HEALTH' }, directory);
  const { reason: _reason, ...kept } = first.data;
  expect(next).toEqual({
    specversion: '1.0',
    type: 'repatriation',
    tlp: 'AMBER_STRICT',
    audience: 'mx-inm,mx-dif,ni-dgme,iom-regional',
    data: { ...kept, state: 'REFUSED', follows: `/v1/events/mx-inm/${first.id}`, reason: 'HEALTH' },
  });
});

const allReasons = ['PERSONAL_DATA', 'CONSENT_WITHDRAWN', 'INCORRECT', 'WRONG_READERS', 'OTHER'];

test.each([
  ['its owner', 'mx-fgr', { acknowledge: false, recall: allReasons, steps: [] }],
  ['a reader', 'gt-pgn', { acknowledge: true, recall: [], steps: [] }],
  ['the Secretariat', 'ts-office', { acknowledge: true, recall: ['PERSONAL_DATA'], steps: [] }],
  ['a guest, who acknowledges nothing', 'es-interior', { acknowledge: false, recall: [], steps: [] }],
])('an alert: %s', (_who, id, expected) => {
  const event: ShownEvent = {
    id: '1',
    source: 'mx-fgr',
    type: 'alert',
    participant: 'MX',
    time: '2026-05-01T00:00:00Z',
    recordedtime: '2026-05-01T00:00:00Z',
    tlp: 'CLEAR',
    data: {},
  };
  const thread = { thread: 'mx-fgr/1', kind: 'alert', items: [event] };
  expect(actsOn(event, thread, agency(id), directory)).toEqual(expected);
});
