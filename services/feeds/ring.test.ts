import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { asLogRecord, type MutableOffsets, markerFor, setOffset, tombstonesFor } from '@puebla/kit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createErasures } from './erasures.ts';
import type { FeedEvent } from './event.ts';
import { createRing } from './ring.ts';
import { eventAt } from './stage.ts';

const topics = ['puebla.alert', 'puebla.practice'];
const beginning = 5;
const begin = Object.fromEntries(topics.map((topic) => [topic, [beginning, beginning, beginning]]));

/** Events of some lanes in the order in which they were read; offsets skip what nobody sees. */
const history = fc
  .array(
    fc.record({
      topic: fc.constantFrom(...topics),
      partition: fc.nat(2),
      skip: fc.nat(3),
      padding: fc.nat(3_000),
    }),
    { maxLength: 200 },
  )
  .map((steps) => {
    const ends: MutableOffsets = {};
    for (const topic of topics) ends[topic] = [beginning, beginning, beginning];
    return steps.map(({ topic, partition, skip, padding }) => {
      const offset = (ends[topic]?.[partition] ?? 0) + skip;
      setOffset(ends, { topic, partition }, offset + 1);
      return eventAt({ topic, partition, offset }, { padding });
    });
  });

/** A full collection of garbage. */
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** What the ring says its events take. */
const sizeOf = (event: FeedEvent) => event.size * 4 + 512;

test('holds the newest events up to its bytes, each under its number for good', () => {
  fc.assert(
    fc.property(history, fc.integer({ min: 0, max: 40_000 }), (events, maxBytes) => {
      const ring = createRing(maxBytes, begin);
      let held: FeedEvent[] = [];
      events.forEach((event, index) => {
        ring.push(event);
        held.push(event);
        while (held.reduce((sum, one) => sum + sizeOf(one), 0) > maxBytes) held = held.slice(1);
        expect(ring.next).toBe(index + 1);
        expect(ring.first).toBe(index + 1 - held.length);
      });
      const all = Array.from({ length: events.length + 1 }, (_, sequence) => ring.at(sequence));
      expect(all.slice(ring.first, ring.next)).toEqual(held);
      expect(all.slice(0, ring.first).every((event) => event === undefined)).toBe(true);
      expect(ring.at(ring.next)).toBeUndefined();
    }),
  );
});

test('covers a position when nothing behind it has fallen out, and no other', () => {
  const position = fc.tuple(...topics.map(() => fc.array(fc.nat(40), { minLength: 3, maxLength: 3 })));
  fc.assert(
    fc.property(history, fc.integer({ min: 0, max: 20_000 }), position, (events, maxBytes, lanes) => {
      const ring = createRing(maxBytes, begin);
      for (const event of events) ring.push(event);
      const from: MutableOffsets = Object.fromEntries(topics.map((topic, i) => [topic, lanes[i] ?? []]));
      const isBehind = ({ topic, partition, offset }: { topic: string; partition: number; offset: number }) =>
        offset >= (from[topic]?.[partition] ?? 0);
      const lost = events.slice(0, ring.first).filter(isBehind);
      const beforeIt = lanes.flat().some((offset) => offset < beginning);
      expect(ring.covers(from)).toBe(lost.length === 0 && !beforeIt);
    }),
    { numRuns: 300 },
  );
});

test('a lane that is not listed stands at its start, which the ring never covers', () => {
  expect(createRing(1_000, begin).covers({ 'puebla.alert': [5, 5, 5] })).toBe(false);
  expect(createRing(1_000, { 'puebla.alert': [0, 0] }).covers({})).toBe(true);
});

test('keeps its numbers when what fell out is given back to memory', () => {
  const ring = createRing(100_000, begin);
  for (let index = 0; index < 10_000; index += 1)
    ring.push(eventAt({ topic: 'puebla.alert', partition: 0, offset: beginning + index }));
  expect(ring.next).toBe(10_000);
  expect(ring.next - ring.first).toBeLessThan(200);
  for (let sequence = ring.first; sequence < ring.next; sequence += 1)
    expect(ring.at(sequence)?.offset).toBe(beginning + sequence);
  expect(ring.at(ring.first - 1)).toBeUndefined();
});

test('what has fallen out is no longer in memory', async () => {
  const ring = createRing(20_000, begin);
  const pushed = Array.from({ length: 100 }, (_, index) => {
    const lane = { topic: 'puebla.alert', partition: 0, offset: beginning + index };
    const event = eventAt(lane, { padding: 1_000 });
    ring.push(event);
    return new WeakRef(event);
  });
  expect(ring.first).toBeGreaterThan(90);
  // What was just made is held until the turn is over.
  await setImmediate();
  collect();
  const held = pushed.flatMap((event, sequence) => (event.deref() === undefined ? [] : [sequence]));
  expect(held).toEqual(Array.from({ length: ring.next - ring.first }, (_, index) => ring.first + index));
});

test('an event that is larger than the ring falls out at once', () => {
  const ring = createRing(1_000, begin);
  ring.push(eventAt({ topic: 'puebla.alert', partition: 0, offset: 5 }, { padding: 2_000 }));
  expect([ring.first, ring.next]).toEqual([1, 1]);
  expect(ring.covers(begin)).toBe(false);
  expect(ring.covers({ ...begin, 'puebla.alert': [6, 5, 5] })).toBe(true);
});

test('an event that was recalled is empty and takes no room; its place and the others stay', () => {
  const lane = { topic: 'puebla.alert', partition: 1 };
  const events = [5, 6, 7].map((offset) => eventAt({ ...lane, offset }, { padding: 1_000 }));
  const ring = createRing(1_000_000, begin);
  for (const event of events) ring.push(event);
  const erasures = createErasures();
  const tombstone = (of: typeof lane, identity: string, offset: number): void => {
    for (const { content } of tombstonesFor(of, identity))
      erasures.take(asLogRecord({ ...of, content }, { offset, timestamp: 0 }));
  };
  tombstone(lane, 'mx-fgr/1-6', 9);
  // Of another lane, of what was published again behind it, of an event that is not here; and a marker.
  tombstone({ ...lane, partition: 2 }, 'mx-fgr/1-5', 9);
  tombstone(lane, 'mx-fgr/1-7', 6);
  tombstone(lane, 'mx-fgr/other', 9);
  erasures.take(asLogRecord(markerFor(lane), { offset: 10, timestamp: 0 }));
  expect(erasures.some).toBe(true);
  ring.erase(erasures.settle());
  expect(erasures.some).toBe(false);
  expect(events.map((event) => event.content() !== undefined)).toEqual([true, false, true]);
  expect(events.map(({ size }) => size > 0)).toEqual([true, false, true]);
  expect([ring.first, ring.next, ring.at(1)]).toEqual([0, 3, events[1]]);
  expect(ring.covers(begin)).toBe(true);
});
