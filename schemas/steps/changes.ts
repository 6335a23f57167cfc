import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { type Machine, type StepEvent, stateOf } from './machine.ts';

/** What every step says of itself. */
const ofTheStep: readonly string[] = ['state', 'follows', 'reason', 'outcome'];

/** Every step is a whole event, and what it may not set anew stays as it was in the step that it follows. */
export function changeRules(machine: Machine, last: StepEvent, next: StepEvent): Violation[] {
  const free = [...ofTheStep, ...(machine.sets[stateOf(next) ?? ''] ?? [])];
  const before = asRead(machine, last);
  const after = asRead(machine, next);
  return Object.keys(after)
    .filter((name) => !free.includes(name) && JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => violation('step/changed', `/data/${name}`));
}

/** With the defaults of what was left out and instants in UTC, in the order of the schema. */
function asRead(machine: Machine, { data }: StepEvent): Record<string, unknown> {
  return { ...machine.type.fromBuffer(machine.type.toBuffer(data)) };
}
