import { expect, test } from 'vitest';
import type { StepEvent } from '../../steps/machine.ts';
import { nextStep } from '../../steps/step-maker.ts';
import { due, step } from '../../steps/thread.ts';
import example from './example.json' with { type: 'json' };
import { referralMachine as machine } from './machine.ts';

const next = (last: StepEvent | undefined, agency: string, change: Record<string, unknown>): StepEvent =>
  nextStep({ machine, first: example.data }, last, agency, change);
const referred = next(undefined, 'gt-pgn', {});
const accepted = next(referred, 'unhcr-americas', { state: 'ACCEPTED' });

test('it is visible to the two alone', () => {
  expect(step(machine, [], referred)).toEqual({ ok: true });
  for (const readers of ['', 'unhcr-americas,mx-comar', 'mx-comar', 'UNHCR'])
    expect(step(machine, [], { ...referred, readers })).toMatchObject({
      ok: false,
      violations: [{ rule: 'step/readers', pointer: '/audience' }],
    });
});

test('whoever answers changes nothing of what was referred', () => {
  const change = { state: 'ACCEPTED', needs: ['SHELTER'], to: 'iom-regional' };
  expect(step(machine, [referred], next(referred, 'unhcr-americas', change))).toMatchObject({
    ok: false,
    violations: [
      { rule: 'step/changed', pointer: '/data/to' },
      { rule: 'step/changed', pointer: '/data/needs' },
    ],
  });
});

test('the answer is due when it was asked for, and no other step has a time', () => {
  const at = Date.parse(example.data.answerBy);
  const awaited = { state: 'ACCEPTED', by: 'ADDRESSEE', agencies: ['unhcr-americas'], at };
  expect(due(machine, [referred], at)).toEqual({ ...awaited, overdue: false });
  expect(due(machine, [referred], at + 1)).toEqual({ ...awaited, overdue: true });
  expect(due(machine, [referred, accepted], at + 1)).toBeUndefined();
  expect(due(machine, [next(undefined, 'gt-pgn', { answerBy: null })], at)).toBeUndefined();
});
