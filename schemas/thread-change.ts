import { addressOfName } from './address.ts';
import { kindOf, kindOfTopic } from './catalogue.ts';
import type { EventHead } from './event-head.ts';
import { type HandledEvent, handlingOf } from './handling.ts';
import { identityOfAddress } from './thread.ts';
import {
  type HandledVersion,
  nameOf,
  type PlacedVersion,
  type Recalled,
  type ThreadChange,
  type ThreadStates,
} from './thread-state.ts';

/** Where an event stands, and since when (epoch milliseconds). */
export interface EventPlace {
  readonly topic: string;
  readonly offset: number;
  readonly accepted: number;
}

/**
 * What this event changes of who reads its thread: it is a newer version, or takes something back; undefined for any other. So everybody
 * who reads it in the log comes to the same state.
 */
export function changeBy(
  head: EventHead,
  data: () => Record<string, unknown>,
  place: EventPlace,
): ThreadChange | undefined {
  const { offset } = place;
  if (head.recalls !== undefined)
    return { name: head.recalls, offset, state: { recalled: recalledBy(head, head.recalls, data(), place) } };
  const name = threadOfVersion(head);
  if (name === undefined) return undefined;
  const { id, kind } = head;
  const replaced = stampedOn(head);
  return {
    name,
    offset,
    state: { newest: { ...handlingOf(head), id, kind, ...(replaced && { replaced }) } },
  };
}

/** Of a version that is not the first; undefined for any other event. */
function threadOfVersion({ kind, thread }: EventHead): string | undefined {
  const known = kindOf(kind);
  return known?.answer === undefined && known?.machine === undefined ? thread : undefined;
}

function recalledBy(
  head: EventHead,
  name: string,
  { of: named, reason }: Record<string, unknown>,
  { topic, accepted }: EventPlace,
): Recalled {
  const owner = identityOfAddress(String(named))?.agency ?? head.agency;
  const of = addressOfName(name);
  return {
    ...handlingOf(head),
    agency: owner,
    of,
    ...(named !== of && { named: String(named) }),
    kind: kindOfTopic(topic)?.name ?? head.kind,
    recall: nameOf(head),
    reason: String(reason),
    at: accepted,
  };
}

/**
 * The version in whose place this one stands, and how it was handled: the one before it in the lane, whatever its sender knew of (two may be
 * sent at once); undefined where that is the first, and is for the same readers.
 *
 * @param offset its own
 */
export function replacedBy(
  head: EventHead,
  offset: number,
  threads: ThreadStates,
): HandledVersion | undefined {
  const thread = threadOfVersion(head);
  if (thread === undefined) return undefined;
  const before = threads.of(thread)?.versions?.findLast((version) => version.offset < offset);
  return before ?? stampedOn(head);
}

function stampedOn(head: EventHead): HandledVersion | undefined {
  const { kind, replaces, replacedtlp: tlp, replacedreaders: readers, sponsor, office } = head;
  if (replaces === undefined || tlp === undefined) return undefined;
  const [agency = '', id = ''] = replaces.split('/');
  return { ...handlingOf({ agency, tlp, readers, sponsor, office }), id, kind };
}

/** How what stands before a recall in its thread was handled, but the first event where no version says it: each way once. */
export function handledBefore(versions: readonly PlacedVersion[], offset: number): readonly HandledEvent[] {
  const handled = versions
    .filter((version) => version.offset < offset)
    .flatMap((version) => (version.replaced === undefined ? [version] : [version.replaced, version]))
    .map(handlingOf);
  return [...new Map(handled.map((one) => [JSON.stringify(one), one])).values()];
}
