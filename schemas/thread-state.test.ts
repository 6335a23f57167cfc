import { describe, expect, test } from 'vitest';
import {
  canRead,
  changeBy,
  demonstrationRegister,
  directoryAt,
  type EventHead,
  handledBefore,
  handlingOf,
  isRecalled,
  newerThan,
  readerOf,
  readThreadChange,
  replacedBy,
  type ThreadState,
  type ThreadStates,
} from './index.ts';

const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 5, 1));
const head = (id: string, more: Partial<EventHead> = {}): EventHead => ({
  id,
  agency: 'mx-fgr',
  participant: 'MX',
  kind: 'alert',
  time: '2026-01-01T00:00:00Z',
  tlp: 'AMBER',
  readers: 'MX,GT',
  ...more,
});
const states = (of: Record<string, ThreadState>): ThreadStates => ({ of: (name) => of[name] });
const place = { topic: 'puebla.alert', offset: 7, accepted: Date.UTC(2026, 5, 1) };
const first = head('a');
const second = head('b', { thread: 'mx-fgr/a', readers: 'MX,HN' });
const answer = head('c', {
  agency: 'gt-pgn',
  kind: 'acknowledgement',
  thread: 'mx-fgr/a',
  readers: 'mx-fgr',
});
const recall = head('r', { kind: 'recall', thread: 'mx-fgr/a', recalls: 'mx-fgr/a' });
const noData = () => ({});

function readersOf(event: EventHead, threads: ThreadStates): string[] {
  return ['mx-fgr', 'gt-pgn', 'hn-inm'].filter((name) => {
    const reader = readerOf(directory, name);
    return reader !== undefined && canRead(reader, event, directory, threads);
  });
}

describe('what an event makes of its thread', () => {
  test('what begins one, an answer and a step: nothing', () => {
    for (const event of [first, answer, head('s', { kind: 'referral', thread: 'mx-fgr/a' })])
      expect(changeBy(event, noData, place)).toBeUndefined();
  });

  test('a version is the newest', () => {
    const change = changeBy(second, noData, place);
    const newest = { agency: 'mx-fgr', id: 'b', kind: 'alert', tlp: 'AMBER', readers: 'MX,HN' };
    expect(change).toEqual({ name: 'mx-fgr/a', offset: 7, state: { newest } });
    expect(readThreadChange(JSON.parse(JSON.stringify(change)))).toEqual(change);
  });

  test('a recall takes it back, under the name that is stamped on it', () => {
    const data = () => ({ of: '/v1/events/mx-fgr/b', reason: 'INCORRECT' });
    const change = changeBy(recall, data, place);
    expect(change).toMatchObject({
      name: 'mx-fgr/a',
      state: {
        recalled: {
          of: '/v1/events/mx-fgr/a',
          named: '/v1/events/mx-fgr/b',
          agency: 'mx-fgr',
          recall: 'mx-fgr/r',
          kind: 'alert',
        },
      },
    });
    expect(readThreadChange(JSON.parse(JSON.stringify(change)))).toEqual(change);
  });

  test.each([
    undefined,
    1,
    {},
    { name: 'mx-fgr/a' },
    { name: '../x', offset: 1, state: {} },
    { name: 'mx-fgr/a', offset: 1, state: {} },
  ])('%j is none', (input) => {
    expect(readThreadChange(input)).toBeUndefined();
  });
});

describe('canRead, row 1 and versions', () => {
  const recalled = changeBy(recall, () => ({ of: '/v1/events/mx-fgr/a', reason: 'OTHER' }), place);

  test('nobody reads what was taken back, nor a version or an answer of it', () => {
    const threads = states({ 'mx-fgr/a': recalled?.state ?? {} });
    for (const event of [first, second, answer]) {
      expect(isRecalled(event, threads)).toBe(true);
      expect(readersOf(event, threads)).toEqual([]);
    }
    expect(readersOf(head('other'), threads)).toEqual(['mx-fgr', 'gt-pgn']);
  });

  test('an answer that was taken back is gone alone', () => {
    const threads = states({ 'gt-pgn/c': recalled?.state ?? {} });
    expect([isRecalled(answer, threads), isRecalled(first, threads), isRecalled(second, threads)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('a recall is not shown itself, of whatever it is', () => {
    expect(readersOf(recall, states({}))).toEqual([]);
  });

  test('narrowing closes the history too, widening opens the new version alone', () => {
    const threads = states({ 'mx-fgr/a': changeBy(second, noData, place)?.state ?? {} });
    expect(readersOf(first, threads)).toEqual(['mx-fgr']);
    expect(readersOf(second, threads)).toEqual(['mx-fgr', 'hn-inm']);
  });

  test('a version stands in the place of the one before, and never of an answer', () => {
    const threads = states({ 'mx-fgr/a': changeBy(second, noData, place)?.state ?? {} });
    expect(newerThan(first, threads)?.id).toBe('b');
    expect([newerThan(second, threads), newerThan(answer, threads)]).toEqual([undefined, undefined]);
  });
});

describe('what a version stands in the place of', () => {
  const third = head('d', { thread: 'mx-fgr/a', tlp: 'GREEN', replaces: 'mx-fgr/a', replacedtlp: 'AMBER' });
  const stamped = { agency: 'mx-fgr', id: 'a', kind: 'alert', tlp: 'AMBER' } as const;
  const placed = { ...handlingOf(second), id: 'b', kind: 'alert', offset: 7 } as const;
  const threads = states({ 'mx-fgr/a': { versions: [placed] } });

  test('is stamped on the second, where it is for others', () => {
    expect(replacedBy(third, 7, states({}))).toEqual(stamped);
    expect(replacedBy(third, 7, threads)).toEqual(stamped);
    expect(changeBy(third, noData, place)?.state.newest?.replaced).toEqual(stamped);
    expect(replacedBy(second, 7, states({}))).toBeUndefined();
  });

  test('is the one before it in the lane, whatever its sender knew of', () => {
    expect(replacedBy(third, 8, threads)).toEqual(placed);
    expect(replacedBy(head('d', { thread: 'mx-fgr/a' }), 8, threads)).toEqual(placed);
  });

  test('is none of an answer, nor of what begins a thread', () => {
    for (const event of [answer, first]) expect(replacedBy(event, 8, threads)).toBeUndefined();
  });

  test('is remembered at its recall with all that stood before that, each way of handling once', () => {
    const versions = [
      { ...placed, replaced: stamped },
      { ...placed, id: 'c', offset: 8 },
      { ...placed, id: 'd', offset: 10, readers: 'CR' },
    ];
    expect(handledBefore(versions, 9)).toEqual([
      { agency: 'mx-fgr', tlp: 'AMBER' },
      { agency: 'mx-fgr', tlp: 'AMBER', readers: 'MX,HN' },
    ]);
  });
});
