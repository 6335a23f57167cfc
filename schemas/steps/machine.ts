import type avsc from 'avsc';
import type { AgencyId } from '../agencies.ts';
import type { Tlp } from '../code-lists.ts';
import type { Violation } from '../violation.ts';

/** An accepted event of a kind with steps, or one that asks to be. */
export interface StepEvent {
  readonly agency: AgencyId;
  readonly id: string;
  /** Participants and agencies with commas between, as they are stamped on the event. */
  readonly readers?: string | undefined;
  readonly tlp: Tlp;
  /** Of the agencies that the record names, those that took part no more when the exchange took this step (by the directory of then). */
  readonly ended?: readonly AgencyId[];
  /** When the exchange took it, epoch milliseconds. */
  readonly acceptedAt: number;
  /** Data that `validateEvent` took, or as it is read back. */
  readonly data: Record<string, unknown>;
}

/** One row of a machine's table: in the state `from` (null: nothing yet), the side `by` may step to `to`. */
export interface Transition {
  readonly from: string | null;
  readonly by: string;
  readonly to: string;
}

/** The step that is awaited, from whom, and until when. */
export interface Deadline {
  readonly state: string;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** What differs from one kind with steps to another; `thread.ts` does the rest. */
export interface Machine {
  readonly transitions: readonly Transition[];
  /** The kind's Avro type: two events say the same where it reads them as the same. */
  readonly type: avsc.Type;
  /** The agencies of each side by its name, sides that only read too. They are those of the thread's first event for good. */
  sides(first: Record<string, unknown>): Readonly<Record<string, readonly AgencyId[]>>;
  /** The fields that a step to this state may set anew. All others stay as in the step that it follows. */
  readonly sets: Readonly<Record<string, readonly string[]>>;
  /** What is asked of a step beside, given those that count before it. */
  gates?(before: readonly StepEvent[], next: StepEvent): Violation[];
  /** The deadline that the last of these steps set; undefined where nothing is awaited, or without a time. */
  deadline(steps: readonly StepEvent[]): Deadline | undefined;
}

/** The state that an event steps to; null where it names none. */
export function stateOf({ data }: Pick<StepEvent, 'data'>): string | null {
  const { state } = data;
  return typeof state === 'string' ? state : null;
}
