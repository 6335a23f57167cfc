import { addressPattern } from './address.ts';
import type { AgencyId } from './agencies.ts';
import type { Directory } from './directory.ts';
import type { Kind, Reference } from './kind.ts';
import { violation } from './rule-codes.ts';
import type { StepEvent } from './steps/machine.ts';
import { current, step } from './steps/thread.ts';
import type { Violation } from './violation.ts';

/** Agency and id of an event's address; undefined where it is no address. */
export function identityOfAddress(
  address: string,
): { readonly agency: AgencyId; readonly id: string } | undefined {
  const [, , , agency, id] = addressPattern.test(address) ? address.split('/') : [];
  return agency === undefined || id === undefined ? undefined : { agency, id };
}

/** What it refers to is not there for its sender: to refer to what one may not read is answered as to refer to what does not exist. */
export function unknownThread({ pointer }: Reference): Violation {
  return violation('thread/unknown', pointer);
}

/**
 * May this event be the next of this thread? Steps go by their machine; anything else is gone on with by its owner alone (rules.md,
 * Versions).
 *
 * @param thread in lane order, none when it begins; where `next` stands in it already, as it is, it is judged as the first time: a retry
 */
export function threadRules(kind: Kind, thread: readonly StepEvent[], next: StepEvent): readonly Violation[] {
  const own = thread.findIndex(({ agency, id }) => agency === next.agency && id === next.id);
  const known = thread[own];
  if (known !== undefined && !saysTheSame(kind, known.data, next.data))
    return [violation('thread/id', '/id')];
  const before = known === undefined ? thread : thread.slice(0, own);
  if (kind.machine !== undefined) {
    const stepped = step(kind.machine, before, next);
    return stepped.ok ? [] : stepped.violations;
  }
  const [first] = before;
  // What belongs to an office is gone on with by whoever may publish it.
  if (first === undefined || first.agency === next.agency || kind.offices !== undefined) return [];
  return [violation('thread/owner', '/source')];
}

/** Whether two are the same where the kind's Avro type reads them. */
function saysTheSame(kind: Kind, one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return kind.type.toBuffer(one).equals(kind.type.toBuffer(other));
}

/** Agencies that a step names and that take part no more. Empty for a kind without steps. */
export function endedAgencies(
  kind: Kind,
  data: Record<string, unknown>,
  { agencies }: Directory,
): readonly AgencyId[] {
  const named = Object.values(kind.machine?.sides(data) ?? {}).flat();
  return named.filter((agency) => !agencies.has(agency));
}

/** Why an event of a thread does not count; empty for one that does. Of two that follow the same one the first in lane order counts. */
export function voidBecause(
  kind: Kind,
  thread: readonly StepEvent[],
  { agency, id }: Pick<StepEvent, 'agency' | 'id'>,
): readonly Violation[] {
  if (kind.machine === undefined) return [];
  const found = current(kind.machine, thread).void.find(
    (voided) => voided.step.agency === agency && voided.step.id === id,
  );
  return found?.violations ?? [];
}
