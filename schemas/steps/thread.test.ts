import { describe, expect, test } from 'vitest';
import example from '../kinds/repatriation/example.json' with { type: 'json' };
import { repatriationMachine as machine } from '../kinds/repatriation/machine.ts';
import type { StepEvent } from './machine.ts';
import { nextStep } from './step-maker.ts';
import { current, due, step } from './thread.ts';

const next = (last: StepEvent | undefined, agency: string, change: Record<string, unknown>): StepEvent =>
  nextStep({ machine, first: example.data }, last, agency, change);

const proposed = next(undefined, 'mx-inm', {});
const acknowledged = next(proposed, 'ni-dgme', { state: 'ACKNOWLEDGED' });
const reception = { office: 'Oficina de ejercicio', withGuardian: 3, withAgency: 0 };
const confirmed = next(acknowledged, 'ni-dgme', { state: 'CONFIRMED', reception });

function refused(thread: readonly StepEvent[], event: StepEvent): string[] {
  const stepped = step(machine, thread, event);
  return stepped.ok ? [] : stepped.violations.map(({ pointer, rule }) => `${pointer} ${rule}`);
}

describe('order', () => {
  test('a thread goes on by one step after the other', () => {
    expect(refused([], proposed)).toEqual([]);
    expect(refused([proposed], acknowledged)).toEqual([]);
    expect(refused([proposed, acknowledged], confirmed)).toEqual([]);
    expect(current(machine, [proposed, acknowledged])).toEqual({
      state: 'ACKNOWLEDGED',
      steps: [proposed, acknowledged],
      void: [],
    });
    expect(current(machine, [])).toEqual({ state: null, steps: [], void: [] });
  });

  test('of two that follow the same step the first in lane order counts, whichever it is', () => {
    const refusal = next(proposed, 'ni-dgme', { state: 'REFUSED', reason: 'DOCUMENTS' });
    for (const [first, second] of [
      [acknowledged, refusal],
      [refusal, acknowledged],
    ] as const) {
      const now = current(machine, [proposed, first, second]);
      expect(now.steps).toEqual([proposed, first]);
      expect(now.void.map((entry) => [entry.step.id, entry.violations.map(({ rule }) => rule)])).toEqual([
        [second.id, ['step/void']],
      ]);
    }
  });

  test('what follows a void step is void too', () => {
    const late = next(proposed, 'mx-inm', { state: 'SUSPENDED', reason: 'HEALTH' });
    const after = next(late, 'mx-inm', { state: 'PROPOSED' });
    const now = current(machine, [proposed, acknowledged, late, after]);
    expect([now.state, now.void.map((entry) => entry.step)]).toEqual(['ACKNOWLEDGED', [late, after]]);
    expect(refused([proposed, acknowledged, late], after)).toEqual(['/data/follows step/void']);
  });

  test('a step of another thread, or of none, is not followed', () => {
    const stranger = { ...proposed, id: 'elsewhere' };
    expect(refused([proposed], next(stranger, 'ni-dgme', { state: 'ACKNOWLEDGED' }))).toEqual([
      '/data/follows step/unknown',
    ]);
    expect(refused([], acknowledged)).toEqual(['/data/follows step/unknown']);
    expect(refused([proposed], next(undefined, 'mx-inm', {}))).toEqual(['/data/follows step/follows']);
  });

  test('the same id of another agency is another event', () => {
    expect(refused([{ ...proposed, agency: 'mx-dif' }], acknowledged)).toEqual([
      '/data/follows step/unknown',
    ]);
  });
});

describe('who', () => {
  test('any agency of the party whose turn it is', () => {
    expect(refused([], next(undefined, 'mx-dif', {}))).toEqual([]);
  });

  test('the other party waits for its turn, and is told what it may do', () => {
    const stepped = step(machine, [proposed], next(proposed, 'mx-inm', { state: 'ACKNOWLEDGED' }));
    expect(stepped).toMatchObject({ ok: false, violations: [{ rule: 'step/turn', allowed: ['SUSPENDED'] }] });
  });

  test('a stranger takes no step, and does not become a party by saying so', () => {
    const receiving = { participant: 'NI', agencies: ['ni-pn'] };
    const change = { state: 'ACKNOWLEDGED', receiving };
    expect(refused([proposed], next(proposed, 'ni-pn', change))).toEqual(['/source step/party']);
  });

  test('the organization reads, and takes no step', () => {
    expect(refused([proposed], next(proposed, 'iom-regional', { state: 'ACKNOWLEDGED' }))).toEqual([
      '/data/state step/turn',
    ]);
  });

  test.each([
    ['nobody', undefined],
    ['one too few', 'mx-inm,mx-dif'],
    ['one too many', 'mx-inm,mx-dif,iom-regional,hn-inm'],
    ['a whole participant', 'MX,iom-regional'],
  ])('readers: %s', (_, readers) => {
    expect(refused([proposed], { ...acknowledged, readers })).toEqual(['/audience step/readers']);
  });

  test('the sender may name himself among the readers', () => {
    const readers = `${acknowledged.readers},ni-dgme`;
    expect(refused([proposed], { ...acknowledged, readers })).toEqual([]);
  });
});

describe('an agency that takes part no more', () => {
  const without = 'mx-inm,iom-regional';

  test('need not be named, and cannot stop the thread', () => {
    expect(refused([proposed], { ...acknowledged, readers: without })).toEqual(['/audience step/readers']);
    expect(refused([proposed], { ...acknowledged, readers: without, ended: ['mx-dif'] })).toEqual([]);
  });

  test('opens no door to another', () => {
    const readers = `${without},mx-fgr`;
    expect(refused([proposed], { ...acknowledged, readers, ended: ['mx-dif', 'mx-fgr'] })).toEqual([
      '/audience step/readers',
    ]);
  });
});

test('a step is marked like the one before, or narrower', () => {
  const red = { ...proposed, tlp: 'RED' } as const;
  expect(refused([red], acknowledged)).toEqual(['/tlp step/marking']);
  expect(refused([red], { ...acknowledged, tlp: 'RED' })).toEqual([]);
  expect(refused([proposed], { ...acknowledged, tlp: 'RED' })).toEqual([]);
});

describe('what stays', () => {
  test('the other party cannot change what was proposed', () => {
    const [group] = example.data.people;
    const change = { state: 'ACKNOWLEDGED', people: [group], protection: 'RESOLVED', caseHandle: 'x' };
    expect(refused([proposed], next(proposed, 'ni-dgme', change))).toEqual([
      '/data/caseHandle step/changed',
      '/data/people step/changed',
      '/data/protection step/changed',
    ]);
  });

  test('the same said in another way is no change: defaults left out, an instant in another zone', () => {
    const { reception: _, specialNeeds, ...rest } = example.data;
    const people = example.data.people.map((group) => ({ presumedVictims: 0, ...group }));
    const data = {
      ...rest,
      people,
      specialNeeds: [...specialNeeds],
      transfer: { point: 'ni-las-manos', at: '2026-03-09T10:00:00-06:00' },
    };
    const stated = {
      ...acknowledged,
      data: { ...data, state: 'ACKNOWLEDGED', follows: acknowledged.data['follows'] },
    };
    expect(refused([proposed], stated)).toEqual([]);
  });

  test('a new proposal sets its terms anew, never the parties or the case', () => {
    const suspended = next(acknowledged, 'mx-inm', { state: 'SUSPENDED', reason: 'TRANSPORT' });
    const thread = [proposed, acknowledged, suspended];
    const transfer = { at: '2026-03-12T16:00:00Z', point: 'ni-guasaule' };
    expect(
      refused(thread, next(suspended, 'mx-inm', { state: 'PROPOSED', transfer, familyUnity: 'NOT_KEPT' })),
    ).toEqual([]);
    const change = { state: 'PROPOSED', channel: 'otro', organization: null };
    expect(refused(thread, { ...next(suspended, 'mx-inm', change), readers: suspended.readers })).toEqual([
      '/data/organization step/changed',
      '/data/channel step/changed',
    ]);
  });
});

describe('due', () => {
  const hour = 3_600_000;
  const transferAt = Date.parse(example.data.transfer.at);

  test('nothing before the first step', () => {
    expect(due(machine, [], 0)).toBeUndefined();
  });

  test('a void step moves no deadline', () => {
    const late = {
      ...next(proposed, 'ni-dgme', { state: 'REFUSED', reason: 'HEALTH' }),
      acceptedAt: transferAt,
    };
    expect(due(machine, [proposed, acknowledged, late], 0)).toEqual(
      due(machine, [proposed, acknowledged], 0),
    );
  });

  test('from whom, until when, and whether it has passed', () => {
    const at = proposed.acceptedAt + 24 * hour;
    const awaited = { state: 'ACKNOWLEDGED', by: 'RECEIVING', agencies: ['ni-dgme'], at };
    expect(due(machine, [proposed], at)).toEqual({ ...awaited, overdue: false });
    expect(due(machine, [proposed], at + 1)).toEqual({ ...awaited, overdue: true });
  });
});
