import { createKnownThreads } from '@puebla/kit';
import {
  changeBy,
  demonstrationRegister,
  directoryAt,
  type EventHead,
  parseFilter,
  readerOf,
} from '@puebla/schemas';
import { describe, expect, test } from 'vitest';
import { shownOf } from './shown.ts';
import { eventAt } from './stage.ts';

/** What readers are shown of threads whose events were sent at once: it follows the lane, not what their senders knew of. */

const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 5, 1));
const parsed = parseFilter(new URLSearchParams());
const lane = { topic: 'puebla.alert', partition: 0 };
const first = 'mx-fgr/a';
const inThread = (id: string, readers: string, more: Partial<EventHead> = {}): Partial<EventHead> => ({
  id,
  tlp: 'AMBER',
  readers,
  thread: first,
  ...more,
});
/** Sent when the first was all that its sender knew of. */
const version = (id: string, readers: string): Partial<EventHead> =>
  inThread(id, readers, { replaces: first, replacedtlp: 'AMBER', replacedreaders: 'MX,GT' });
const recall = inThread('r', 'MX,GT', { kind: 'recall', recalls: first });

/** What a reader gets of these, one behind the other in their lane: the ids of events, and what is withdrawn. */
function toldTo(who: string, heads: readonly Partial<EventHead>[]): string[] {
  const reader = readerOf(directory, who);
  if (reader === undefined || !parsed.ok) throw new Error(who);
  const threads = createKnownThreads();
  const wanted = { filter: parsed.filter, reader, history: true };
  return heads.flatMap((head, offset) => {
    const event = eventAt({ ...lane, offset }, { head });
    const content = event.content();
    const data = () => ({ of: `/v1/events/${first}`, reason: 'OTHER' });
    const change = content && changeBy(content.head, data, { topic: lane.topic, offset, accepted: 1 });
    if (change !== undefined) threads.take(change);
    const shown = shownOf(event, wanted, { directory, threads });
    if (shown === undefined) return [];
    return shown.type === 'event' ? [String(head.id)] : [`-${shown.address.split('/').at(-1)}`];
  });
}

const begun: Partial<EventHead> = { id: 'a', tlp: 'AMBER', readers: 'MX,GT' };

describe('of two versions that were sent at once', () => {
  test.each([
    ['hn-inm', ['b', '-b']],
    ['gt-pgn', ['a', 'b', '-b']],
    ['cr-oij', ['c']],
    ['mx-fgr', ['a', 'b', 'c']],
  ])('%s gets %j', (who, told) => {
    expect(toldTo(who, [begun, version('b', 'GT,HN'), version('c', 'CR')])).toEqual(told);
  });
});

describe('of a version that was sent with a recall', () => {
  test.each([
    ['hn-inm', ['b', '-a']],
    ['gt-pgn', ['a', 'b', '-a']],
    ['cr-oij', []],
  ])('where it is before that, %s gets %j', (who, told) => {
    expect(toldTo(who, [begun, version('b', 'GT,HN'), recall])).toEqual(told);
  });

  test.each([
    ['hn-inm', []],
    ['gt-pgn', ['a', '-a']],
  ])('where it is behind, %s gets %j', (who, told) => {
    expect(toldTo(who, [begun, recall, version('b', 'GT,HN')])).toEqual(told);
  });
});
