import {
  type ActiveAgency,
  type Answered,
  addressOf,
  type Current,
  canPublish,
  current,
  type Directory,
  type Kind,
  type KindName,
  kindOf,
  type StepEvent,
  sideOf,
  symbolsOf,
  type Tlp,
} from '@puebla/schemas';
import type { ShownEvent } from '../feed/event.ts';
import type { Thread } from './thread.ts';

/** What a reader may do with a record, by the contract's own rules. */
export interface Acts {
  readonly acknowledge: boolean;
  /** Reasons for which it is his to take back; none: it is not. */
  readonly recall: readonly string[];
  /** States of the case to which it is his turn to step. */
  readonly steps: readonly string[];
}

export const noActs: Acts = { acknowledge: false, recall: [], steps: [] };

export function actsOn(event: ShownEvent, thread: Thread, who: ActiveAgency, directory: Directory): Acts {
  const to = answered(event);
  const mayAnswer = (name: KindName, data: Record<string, unknown>): boolean => {
    const kind = kindOf(name);
    if (kind?.answer === undefined) return false;
    const answer = { type: name, tlp: kind.answer.handling(to).tlp, data };
    return (
      canPublish(who, kind, answer, directory).ok && kind.answer.rules(who, to, data, directory).length === 0
    );
  };
  return {
    acknowledge: kindOf(event.type)?.answer === undefined && mayAnswer('acknowledgement', {}),
    recall: symbolsOf('RecallReason').filter((reason) => mayAnswer('recall', { reason })),
    steps: stepsOf(thread, who, directory),
  };
}

/** The kind of a thread that goes step by step. */
export function steppedKind({ kind }: Thread): (Kind & Required<Pick<Kind, 'machine'>>) | undefined {
  const found = kindOf(kind);
  return found?.machine === undefined ? undefined : { ...found, machine: found.machine };
}

/** Where a case stands; undefined for what has no steps. */
export function caseOf(thread: Thread): Current | undefined {
  const kind = steppedKind(thread);
  return kind && current(kind.machine, stepEvents(thread));
}

export function stepEvents({ kind, items }: Thread): readonly StepEvent[] {
  const machine = kindOf(kind)?.machine;
  return items
    .filter(({ type }) => type === kind)
    .map(({ source, id, readers, tlp, recordedtime, data }) => {
      const named = Object.values(machine?.sides({ ...data }) ?? {}).flat();
      const reading = [source, ...(readers?.split(',') ?? [])];
      return {
        agency: source,
        id,
        readers,
        tlp: tlp as Tlp,
        // Whom it does not reach took part no more when the exchange took it: it was looked at then.
        ended: named.filter((agency) => !reading.includes(agency)),
        acceptedAt: Date.parse(recordedtime),
        data: { ...data },
      };
    });
}

/** The step of this agency to this state, as it is sent: it says all again that the one before it said, but for `change`. */
export function nextStep(
  thread: Thread,
  last: StepEvent,
  state: string,
  change: Record<string, unknown>,
  directory: Directory,
): Record<string, unknown> {
  const shown = thread.items.find(({ source, id }) => source === last.agency && id === last.id);
  const { reason: _reason, outcome: _outcome, ...kept } = last.data;
  const sides = steppedKind(thread)?.machine.sides(last.data) ?? {};
  const readers = new Set(Object.values(sides).flat()).intersection(new Set(directory.agencies.keys()));
  return {
    specversion: '1.0',
    type: thread.kind,
    tlp: last.tlp,
    audience: [...readers].join(','),
    ...(shown?.usecode !== undefined && { usecode: shown.usecode }),
    data: { ...kept, state, follows: addressOf(last.agency, last.id), ...change },
  };
}

function stepsOf(thread: Thread, who: ActiveAgency, directory: Directory): readonly string[] {
  const kind = steppedKind(thread);
  const now = caseOf(thread);
  const last = now?.steps.at(-1);
  const [first] = now?.steps ?? [];
  if (kind === undefined || first === undefined || last === undefined) return [];
  const side = sideOf(kind.machine.sides(first.data), who.id);
  const own = kind.machine.transitions.filter(({ from, by }) => from === now?.state && by === side);
  return own
    .map(({ to }) => to)
    .filter((state) => {
      const { tlp, audience, data } = nextStep(thread, last, state, {}, directory) as {
        tlp: Tlp;
        audience: string;
        data: Record<string, unknown>;
      };
      return canPublish(who, kind, { type: kind.name, tlp, audience, data }, directory).ok;
    });
}

/** What decides of an event who may do what with it. */
export function answered({ source, id, type, tlp, readers, sponsor, office, thread }: ShownEvent): Answered {
  return {
    agency: source,
    id,
    kind: type as KindName,
    tlp: tlp as Tlp,
    ...(readers !== undefined && { readers }),
    ...(sponsor !== undefined && { sponsor }),
    ...(office !== undefined && { office: office as NonNullable<Answered['office']> }),
    ...(thread !== undefined && { thread }),
  };
}
