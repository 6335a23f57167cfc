import { describe, expect, test } from 'vitest';
import { type StepEvent, stateOf } from './machine.ts';
import { type SteppedKind, soundStep, steppedKinds } from './step-maker.ts';
import { current, step } from './thread.ts';

const longest = 8;

function nextStates({ legal }: SteppedKind, state: string | null): { side: string; to: string }[] {
  return [...legal].flatMap((row) => {
    const [from = '', side = '', to = ''] = row.split(' ');
    return from === String(state) ? [{ side, to }] : [];
  });
}

function agencyOn({ agencies }: SteppedKind, side: string): string {
  const [agency] = Object.entries(agencies).find(([, on]) => on === side) ?? [];
  if (agency === undefined) throw new Error(`no agency on ${side}`);
  return agency;
}

/** Every legal thread up to a length, shortest first. */
function* legalThreads(
  kind: SteppedKind,
  thread: readonly StepEvent[] = [],
): Generator<readonly StepEvent[]> {
  if (thread.length > 0) yield thread;
  if (thread.length === longest) return;
  const last = thread.at(-1);
  for (const { side, to } of nextStates(kind, last === undefined ? null : stateOf(last)))
    yield* legalThreads(kind, [...thread, soundStep(kind, last, agencyOn(kind, side), to)]);
}

/** The shortest legal thread to each state, and the empty one. */
function shortestThreads(kind: SteppedKind): Map<string | null, readonly StepEvent[]> {
  const found = new Map<string | null, readonly StepEvent[]>([[null, []]]);
  for (const thread of legalThreads(kind)) {
    const last = thread.at(-1);
    const state = last === undefined ? null : stateOf(last);
    if (thread.length < (found.get(state)?.length ?? Number.POSITIVE_INFINITY)) found.set(state, thread);
  }
  return found;
}

describe.each(steppedKinds)('$name', (kind) => {
  const { machine, rules, legal, agencies, says } = kind;
  const states = Object.keys(says);

  test(`every legal path of up to ${longest} steps passes, and leaves nothing void`, () => {
    let paths = 0;
    const ends = new Set<string | null>();
    for (const thread of legalThreads(kind)) {
      const last = thread.at(-1);
      if (last === undefined) throw new Error('an empty thread');
      expect(rules(last.data, { tlp: 'AMBER_STRICT', now: last.acceptedAt })).toEqual([]);
      expect(step(machine, thread.slice(0, -1), last)).toEqual({ ok: true });
      paths++;
      if (thread.length < longest && nextStates(kind, stateOf(last)).length > 0) continue;
      expect(current(machine, thread)).toEqual({ state: stateOf(last), steps: thread, void: [] });
      ends.add(stateOf(last));
    }
    expect(paths).toBeGreaterThanOrEqual(legal.size);
    expect([...ends].length).toBeGreaterThan(1);
  });

  test('the table has every legal step, and no other', () => {
    const rows = machine.transitions.map(({ from, by, to }) => `${from} ${by} ${to}`);
    expect([...rows].sort()).toEqual([...legal].sort());
  });

  test('every state is reached, and every other step from it is refused, whoever takes it', () => {
    const threads = shortestThreads(kind);
    expect([...threads.keys()].map(String).sort()).toEqual(['null', ...states].sort());
    let refused = 0;
    for (const [state, thread] of threads) {
      for (const [agency, side] of Object.entries(agencies)) {
        for (const to of states) {
          if (legal.has(`${state} ${side} ${to}`)) continue;
          const stepped = step(machine, thread, soundStep(kind, thread.at(-1), agency, to));
          const codes = stepped.ok ? ['taken'] : stepped.violations.map(({ rule }) => rule);
          const expected = side === undefined ? 'step/party' : codeOf(kind, state, to);
          expect([state, agency, to, codes]).toEqual([state, agency, to, expect.arrayContaining([expected])]);
          refused++;
        }
      }
    }
    expect(refused).toBeGreaterThan(states.length * threads.size);
  });
});

/** Somebody may take that step from here, or nobody. */
function codeOf(kind: SteppedKind, state: string | null, to: string): string {
  return nextStates(kind, state).some((row) => row.to === to) ? 'step/turn' : 'step/illegal';
}
