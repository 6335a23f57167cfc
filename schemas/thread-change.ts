import { kindOf, kindOfTopic } from './catalogue.ts';
import type { EventHead } from './event-head.ts';
import type { HandledEvent } from './handling.ts';
import { identityOfAddress } from './thread.ts';
import { nameOf, type Recalled, type ThreadChange } from './thread-state.ts';

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
    return { name: head.recalls, offset, state: { recalled: recalledBy(head, data(), place) } };
  const kind = kindOf(head.kind);
  const isVersion = head.thread !== undefined && kind?.answer === undefined && kind?.machine === undefined;
  if (!isVersion || head.thread === undefined) return undefined;
  return {
    name: head.thread,
    offset,
    state: { newest: { ...handlingOf(head), id: head.id, kind: head.kind } },
  };
}

function recalledBy(
  head: EventHead,
  { of, reason }: Record<string, unknown>,
  { topic, accepted }: EventPlace,
): Recalled {
  const owner = identityOfAddress(String(of))?.agency ?? head.agency;
  return {
    ...handlingOf(head),
    agency: owner,
    of: String(of),
    kind: kindOfTopic(topic)?.name ?? head.kind,
    recall: nameOf(head),
    reason: String(reason),
    at: accepted,
  };
}

function handlingOf({ agency, tlp, readers, sponsor, office }: EventHead): HandledEvent {
  return {
    agency,
    tlp,
    ...(readers !== undefined && { readers }),
    ...(sponsor !== undefined && { sponsor }),
    ...(office !== undefined && { office }),
  };
}

/** How the version was handled that this one stands in the place of, where it is for others; undefined where nobody loses sight. */
export function replacedBy({
  replaces,
  replacedtlp,
  replacedreaders,
  sponsor,
  office,
}: EventHead): (HandledEvent & { readonly name: string }) | undefined {
  if (replaces === undefined || replacedtlp === undefined) return undefined;
  const agency = replaces.slice(0, replaces.indexOf('/'));
  return {
    name: replaces,
    agency,
    tlp: replacedtlp,
    ...(replacedreaders !== undefined && { readers: replacedreaders }),
    ...(sponsor !== undefined && { sponsor }),
    ...(office !== undefined && { office }),
  };
}
