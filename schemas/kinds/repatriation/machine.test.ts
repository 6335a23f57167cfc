import { describe, expect, test } from 'vitest';
import type { StepEvent } from '../../steps/machine.ts';
import { nextStep } from '../../steps/step-maker.ts';
import { current, due, step } from '../../steps/thread.ts';
import example from './example.json' with { type: 'json' };
import { repatriationMachine as machine } from './machine.ts';

const next = (last: StepEvent | undefined, agency: string, change: Record<string, unknown>): StepEvent =>
  nextStep({ machine, first: example.data }, last, agency, change);
const reception = { office: 'Oficina de ejercicio', withGuardian: 3, withAgency: 0 };

/** A thread that goes from a proposal with this protection to its acknowledgement. */
function acknowledged(protection: string, before: readonly StepEvent[] = []): StepEvent[] {
  const proposal = next(before.at(-1), 'mx-inm', { state: 'PROPOSED', protection });
  return [...before, proposal, next(proposal, 'ni-dgme', { state: 'ACKNOWLEDGED' })];
}

function suspended(thread: readonly StepEvent[], reason: string): StepEvent[] {
  return [...thread, next(thread.at(-1), 'mx-inm', { state: 'SUSPENDED', reason })];
}

function confirmation(thread: readonly StepEvent[], change: Record<string, unknown> = {}): string[] {
  const stepped = step(
    machine,
    thread,
    next(thread.at(-1), 'ni-dgme', { state: 'CONFIRMED', reception, ...change }),
  );
  return stepped.ok ? [] : stepped.violations.map(({ pointer, rule }) => `${pointer} ${rule}`);
}

const unprotected = ['/data/protection repatriation/protection'];

describe('a need for protection', () => {
  test('that was open does not go away by being left out of the next proposal', () => {
    const open = suspended(acknowledged('OPEN'), 'OTHER');
    expect(confirmation(acknowledged('NONE', open))).toEqual(unprotected);
    expect(confirmation(acknowledged('RESOLVED', open))).toEqual([]);
  });

  test('for which the return was stopped must be resolved too', () => {
    const stopped = suspended(acknowledged('NONE'), 'PROTECTION_NEED');
    expect(confirmation(acknowledged('NONE', stopped))).toEqual(unprotected);
    expect(confirmation(acknowledged('RESOLVED', stopped))).toEqual([]);
    expect(confirmation(acknowledged('NONE', suspended(acknowledged('NONE'), 'TRANSPORT')))).toEqual([]);
  });

  test('is not closed by the party that confirms', () => {
    expect(confirmation(acknowledged('OPEN'), { protection: 'RESOLVED' })).toEqual([
      '/data/protection step/changed',
    ]);
    expect(confirmation(acknowledged('NOT_ASSESSED'))).toEqual(unprotected);
  });
});

test('a confirmation without its safeguards is void for every reader, whoever let it in', () => {
  const thread = acknowledged('NONE');
  const bare = next(thread.at(-1), 'ni-dgme', { state: 'CONFIRMED' });
  const now = current(machine, [...thread, bare]);
  expect(now.state).toBe('ACKNOWLEDGED');
  expect(now.void.flatMap((entry) => entry.violations.map(({ rule }) => rule))).toEqual([
    'repatriation/office',
    'repatriation/guardian',
  ]);
});

test('nobody changes the reception that was confirmed', () => {
  const thread = acknowledged('NONE');
  const confirmed = next(thread.at(-1), 'ni-dgme', { state: 'CONFIRMED', reception });
  const moved = next(confirmed, 'mx-inm', {
    state: 'IN_TRANSIT',
    reception: { ...reception, office: 'Otra' },
  });
  expect(step(machine, [...thread, confirmed], moved)).toMatchObject({
    ok: false,
    violations: [{ rule: 'step/changed', pointer: '/data/reception' }],
  });
});

describe('due', () => {
  const hour = 3_600_000;
  const transferAt = Date.parse(example.data.transfer.at);
  const [proposed, noticed] = acknowledged('NONE');
  if (proposed === undefined || noticed === undefined) throw new Error('no thread');
  const confirmed = next(noticed, 'ni-dgme', { state: 'CONFIRMED', reception });
  const moved = next(confirmed, 'mx-dif', { state: 'IN_TRANSIT' });
  const received = next(moved, 'ni-dgme', { state: 'RECEIVED' });
  const followed = next(received, 'ni-dgme', { state: 'FOLLOW_UP' });
  const stopped = next(confirmed, 'ni-dgme', { state: 'SUSPENDED', reason: 'SAFETY' });
  const thread = [proposed, noticed, confirmed, moved, received, followed];

  test.each([
    [1, 'ACKNOWLEDGED', ['ni-dgme'], proposed.acceptedAt + 24 * hour],
    [2, 'CONFIRMED', ['ni-dgme'], noticed.acceptedAt + 72 * hour],
    [3, 'IN_TRANSIT', ['mx-inm', 'mx-dif'], transferAt],
    [4, 'RECEIVED', ['ni-dgme'], transferAt + 6 * hour],
    [5, 'FOLLOW_UP', ['ni-dgme'], received.acceptedAt + 720 * hour],
  ])('after %d steps: %s', (count, state, agencies, at) => {
    expect(due(machine, thread.slice(0, count), at)).toMatchObject({ state, agencies, at, overdue: false });
    expect(due(machine, thread.slice(0, count), at + 1)?.overdue).toBe(true);
  });

  test('nothing is awaited at the end, or while it is stopped', () => {
    expect(due(machine, thread, 0)).toBeUndefined();
    expect(due(machine, [proposed, noticed, confirmed, stopped], 0)).toBeUndefined();
  });

  test('an answer is due before the transfer, however many hours the table gives', () => {
    const late = { ...proposed, acceptedAt: transferAt - hour };
    expect(due(machine, [late], 0)?.at).toBe(transferAt);
    expect(due(machine, [proposed, { ...noticed, acceptedAt: transferAt - hour }], 0)?.at).toBe(transferAt);
  });
});
