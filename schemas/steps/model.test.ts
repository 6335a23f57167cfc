import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressOf } from '../address.ts';
import { type StepEvent, stateOf } from './machine.ts';
import { type SteppedKind, soundStep, steppedKinds } from './step-maker.ts';
import { current, step } from './thread.ts';

/** What the model knows: the state, which steps count, how many do not. It knows no table but `legal`, and no thread. */
interface Model {
  state: string | null;
  counting: StepEvent[];
  voided: StepEvent[];
}

/** The lane of one thread: what was let in, in its order. */
interface Lane {
  thread: StepEvent[];
}

/** How often each thing happened in all runs: a property that never met it would prove nothing. */
interface Seen {
  taken: number;
  refused: number;
  slipped: number;
  atOnce: number;
}

type Follows = 'last' | 'earlier' | 'void' | 'unknown' | 'nothing';

interface Move {
  readonly agency: string;
  readonly to: string;
}

/** A move by name, or the n-th of the legal ones, whatever the state: chance alone would hardly leave the first state. */
type Choice = Move | number;

function legalMoves({ legal, agencies }: SteppedKind, state: string | null): Move[] {
  return [...legal].flatMap((row) => {
    const [from, side, to = ''] = row.split(' ');
    const able = Object.entries(agencies).filter(([, on]) => on === side);
    return from === String(state) ? able.map(([agency]) => ({ agency, to })) : [];
  });
}

function moveOf(kind: SteppedKind, state: string | null, choice: Choice): Move | undefined {
  if (typeof choice !== 'number') return choice;
  const moves = legalMoves(kind, state);
  return moves[choice % moves.length];
}

function addressOfStep(step: StepEvent | undefined): string | null {
  return step === undefined ? null : addressOf(step.agency, step.id);
}

function expectAsModelled(kind: SteppedKind, model: Model, { thread }: Lane): void {
  const now = current(kind.machine, thread);
  expect(now.state).toBe(model.state);
  expect(now.steps.map(({ id }) => id)).toEqual(model.counting.map(({ id }) => id));
  expect(now.void.map((entry) => entry.step.id)).toEqual(model.voided.map(({ id }) => id));
}

/** One agency takes one step, right or wrong; what is refused may come into the lane all the same, by a gateway that errs. */
class Take implements fc.Command<Model, Lane> {
  readonly #kind: SteppedKind;
  readonly #choice: Choice;
  readonly #follows: Follows;
  readonly #slips: boolean;
  readonly #seen: Seen;

  constructor(kind: SteppedKind, choice: Choice, follows: Follows, slips: boolean, seen: Seen) {
    this.#kind = kind;
    this.#choice = choice;
    this.#follows = follows;
    this.#slips = slips;
    this.#seen = seen;
  }

  check(model: Readonly<Model>): boolean {
    if (moveOf(this.#kind, model.state, this.#choice) === undefined) return false;
    if (this.#follows === 'earlier') return model.counting.length > 1;
    return this.#follows !== 'void' || model.voided.length > 0;
  }

  run(model: Model, lane: Lane): void {
    const move = moveOf(this.#kind, model.state, this.#choice);
    if (move === undefined) throw new Error('checked before');
    const event = this.#event(model, move);
    const legal = legalMoves(this.#kind, model.state);
    const isLegal = legal.some(({ agency, to }) => agency === move.agency && to === move.to);
    const isFirst = model.counting.length === 0;
    const may = isLegal && (this.#follows === 'last' || (isFirst && this.#follows === 'nothing'));
    const stepped = step(this.#kind.machine, lane.thread, event);
    expect(stepped.ok).toBe(may);
    if (may) {
      this.#seen.taken++;
      model.state = move.to;
      model.counting.push(event);
      lane.thread.push(event);
    } else {
      this.#seen.refused++;
      if (this.#slips) {
        this.#seen.slipped++;
        model.voided.push(event);
        lane.thread.push(event);
      }
    }
    expectAsModelled(this.#kind, model, lane);
  }

  #event(model: Model, { agency, to }: Move): StepEvent {
    const event = soundStep(this.#kind, model.counting.at(-1), agency, to);
    if (this.#follows === 'last') return event;
    const others = {
      nothing: null,
      unknown: addressOf(agency, 'nowhere'),
      earlier: addressOfStep(model.counting.at(-2)),
      void: addressOfStep(model.voided.at(-1)),
    };
    return { ...event, data: { ...event.data, follows: others[this.#follows] } };
  }

  toString(): string {
    return `${JSON.stringify(this.#choice)} after ${this.#follows}${this.#slips ? ', let in' : ''}`;
  }
}

/** Two gateways let in two legal steps at once: each saw the thread before the other's. */
class AtOnce implements fc.Command<Model, Lane> {
  readonly #kind: SteppedKind;
  readonly #choices: readonly [number, number];
  readonly #seen: Seen;

  constructor(kind: SteppedKind, choices: readonly [number, number], seen: Seen) {
    this.#kind = kind;
    this.#choices = choices;
    this.#seen = seen;
  }

  check(model: Readonly<Model>): boolean {
    return model.counting.length > 0 && legalMoves(this.#kind, model.state).length > 0;
  }

  run(model: Model, lane: Lane): void {
    const [first, second] = this.#choices.map((choice) => {
      const move = moveOf(this.#kind, model.state, choice);
      return move && soundStep(this.#kind, model.counting.at(-1), move.agency, move.to);
    });
    if (first === undefined || second === undefined) throw new Error('checked before');
    for (const event of [first, second])
      expect(step(this.#kind.machine, lane.thread, event)).toEqual({ ok: true });
    lane.thread.push(first, second);
    this.#seen.atOnce++;
    model.state = stateOf(first);
    model.counting.push(first);
    model.voided.push(second);
    expectAsModelled(this.#kind, model, lane);
    expect(step(this.#kind.machine, lane.thread.slice(0, -1), second)).toMatchObject({
      ok: false,
      violations: [{ rule: 'step/void' }],
    });
  }

  toString(): string {
    return `${this.#choices.join(' and ')} at once`;
  }
}

describe.each(steppedKinds)('$name', (kind) => {
  const anyMove: fc.Arbitrary<Move> = fc.record({
    agency: fc.constantFrom(...Object.keys(kind.agencies)),
    to: fc.constantFrom(...Object.keys(kind.says)),
  });
  const pick = fc.nat(100);
  const choice = fc.oneof<fc.Arbitrary<Choice>[]>(pick, anyMove);

  test('by random steps of random parties, right, wrong and at once, the thread stands where the model says', () => {
    const seen: Seen = { taken: 0, refused: 0, slipped: 0, atOnce: 0 };
    const follows = fc.oneof(
      { weight: 8, arbitrary: fc.constant<Follows>('last') },
      { weight: 1, arbitrary: fc.constant<Follows>('nothing') },
      { weight: 1, arbitrary: fc.constantFrom<Follows>('earlier', 'void', 'unknown') },
    );
    const take = fc
      .tuple(choice, follows, fc.boolean())
      .map(([chosen, after, slips]) => new Take(kind, chosen, after, slips, seen));
    const atOnce = fc.tuple(pick, pick).map((picks) => new AtOnce(kind, picks, seen));
    fc.assert(
      fc.property(fc.commands([take, take, take, atOnce], { maxCommands: 30, size: 'max' }), (commands) => {
        const setup = () => ({ model: { state: null, counting: [], voided: [] }, real: { thread: [] } });
        fc.modelRun<Model, Lane, Model>(setup, commands);
      }),
      { numRuns: 60 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(3);
  });
});
