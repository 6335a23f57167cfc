import { addressOf } from '../address.ts';
import { tlpMarkings } from '../code-lists.ts';
import { violation } from '../rule-codes.ts';
import type { Violation } from '../violation.ts';
import { changeRules } from './changes.ts';
import { type Deadline, type Machine, type StepEvent, stateOf } from './machine.ts';
import { readerRules, sideOf } from './sides.ts';

/** A step that does not count, and why. */
export interface VoidStep {
  readonly step: StepEvent;
  readonly violations: readonly Violation[];
}

/** A thread as it stands. */
export interface Current {
  /** Of the last step that counts; null where none does. */
  readonly state: string | null;
  /** The steps that count, in lane order. */
  readonly steps: readonly StepEvent[];
  readonly void: readonly VoidStep[];
}

export type Stepped =
  | { readonly ok: true }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** May this step be taken now? Codes `step/...` and those of the kind's gates; `thread` is in lane order. */
export function step(machine: Machine, thread: readonly StepEvent[], next: StepEvent): Stepped {
  const violations = stepRules(machine, current(machine, thread), next);
  return violations.length === 0 ? { ok: true } : { ok: false, violations };
}

/**
 * Where a thread stands. Of two steps that follow the same one, the first in lane order counts, and the other is void (rules.md,
 * Versions): so every reader, at any time, comes to the same answer, whatever two gateways let in at once.
 */
export function current(machine: Machine, thread: readonly StepEvent[]): Current {
  let now: Current = { state: null, steps: [], void: [] };
  for (const event of thread) {
    const violations = stepRules(machine, now, event);
    now =
      violations.length === 0
        ? { ...now, state: stateOf(event), steps: [...now.steps, event] }
        : { ...now, void: [...now.void, { step: event, violations }] };
  }
  return now;
}

/** The step that is awaited, from which agencies, until when, and whether that has passed. `now` is in epoch milliseconds. */
export function due(
  machine: Machine,
  thread: readonly StepEvent[],
  now: number,
): (Deadline & { readonly agencies: readonly string[]; readonly overdue: boolean }) | undefined {
  const { steps } = current(machine, thread);
  const [first] = steps;
  const deadline = machine.deadline(steps);
  if (first === undefined || deadline === undefined) return undefined;
  const agencies = machine.sides(first.data)[deadline.by] ?? [];
  return { ...deadline, agencies, overdue: now > deadline.at };
}

/** What follows another step than the last is not looked at further: the rest would be judged against the wrong state. */
function stepRules(machine: Machine, now: Current, next: StepEvent): Violation[] {
  const order = orderRules(now, next);
  if (order.length > 0) return order;
  const last = now.steps.at(-1);
  const first = now.steps[0] ?? next;
  const side = sideOf(machine.sides(first.data), next.agency);
  if (side === undefined) return [violation('step/party', '/source')];
  return [
    ...turnRules(machine, now.state, side, stateOf(next)),
    ...(last === undefined ? [] : [...changeRules(machine, last, next), ...markingRules(last, next)]),
    ...readerRules(machine.sides(first.data), next),
    ...(machine.gates?.(now.steps, next) ?? []),
  ];
}

function orderRules({ steps, void: voided }: Current, next: StepEvent): Violation[] {
  const { follows } = next.data;
  const last = steps.at(-1);
  if (typeof follows !== 'string')
    return last === undefined ? [] : [violation('step/follows', '/data/follows')];
  if (last !== undefined && addressOf(last.agency, last.id) === follows) return [];
  const isKnown = [...steps, ...voided.map(({ step }) => step)].some(
    ({ agency, id }) => addressOf(agency, id) === follows,
  );
  return [violation(isKnown ? 'step/void' : 'step/unknown', '/data/follows')];
}

function turnRules(machine: Machine, state: string | null, side: string, to: string | null): Violation[] {
  const rows = machine.transitions.filter(({ from }) => from === state);
  const own = rows.filter(({ by }) => by === side).map((row) => row.to);
  if (to !== null && own.includes(to)) return [];
  const isOthers = rows.some((row) => row.to === to);
  return [violation(isOthers ? 'step/turn' : 'step/illegal', '/data/state', own)];
}

/** Every step says the whole again, so a wider marking would show what the narrower one kept. */
function markingRules(last: StepEvent, next: StepEvent): Violation[] {
  const narrowEnough = tlpMarkings.slice(tlpMarkings.indexOf(last.tlp));
  return narrowEnough.includes(next.tlp) ? [] : [violation('step/marking', '/tlp', narrowEnough)];
}
