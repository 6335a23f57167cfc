import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { schedule } from './schedule.ts';

const anyOptions = fc.record({
  seed: fc.integer(),
  lengthMs: fc.integer({ min: 120_000, max: 1_200_000 }),
});

describe('the schedule of a soak', () => {
  test('is the same for the same seed and length', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        expect(schedule(options)).toEqual(schedule(options));
      }),
    );
  });

  test('differs from seed to seed', () => {
    const seeds = Array.from({ length: 50 }, (_, seed) => seed);
    const lists = seeds.map((seed) => JSON.stringify(schedule({ seed, lengthMs: 600_000 })));
    expect(new Set(lists).size).toBe(seeds.length);
  });

  test('has at least four different faults in two minutes, one at a time, all over before the end', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const list = schedule(options);
        expect(new Set(list.map(({ fault }) => JSON.stringify(fault))).size).toBeGreaterThanOrEqual(4);
        let freeFrom = 0;
        for (const { atMs, fault } of list) {
          expect(atMs).toBeGreaterThanOrEqual(freeFrom);
          freeFrom = atMs + ('forMs' in fault ? fault.forMs : 0);
        }
        expect(freeFrom).toBeLessThan(options.lengthMs);
      }),
    );
  });

  test('begins with a fault of the broker alone', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const fault = schedule(options)[0]?.fault;
        expect(fault?.what === 'swallow' || (fault && 'part' in fault && fault.part === 'kafka')).toBe(true);
      }),
    );
  });

  test('has every fault in ten minutes', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const list = schedule({ seed, lengthMs: 600_000 });
        expect(new Set(list.map(({ fault }) => JSON.stringify(fault))).size).toBe(12);
      }),
    );
  });
});
