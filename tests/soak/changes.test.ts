import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, exerciseAgencies } from './changes.ts';

const anyOptions = fc.record({
  seed: fc.integer(),
  lengthMs: fc.integer({ min: 120_000, max: 1_200_000 }),
});

describe('the changes of a soak', () => {
  test('are the same for the same seed and length, in order, and before its end', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const list = changesOf(options);
        expect(changesOf(options)).toEqual(list);
        const times = list.map(({ atMs }) => atMs);
        expect(times).toEqual([...times].sort((one, other) => one - other));
        expect(Math.max(...times)).toBeLessThan(options.lengthMs);
      }),
    );
  });

  test('hold one of each kind, and every agency that begins ends later', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const list = changesOf(options);
        const kinds = new Set(list.map(({ change }) => change.what));
        expect(kinds).toEqual(new Set(['agency', 'group', 'status', 'office', 'clearance', 'sponsorship']));
        for (const agency of exerciseAgencies(list)) {
          const own = list.filter(({ change }) => change.what === 'agency' && change.agency === agency);
          expect(own.map(({ change }) => change)).toMatchObject([{ begins: true }, { begins: false }]);
        }
      }),
    );
  });

  test('let members join a group before they leave it, and hand an office to another each time', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const within = new Set<string>();
        let holder = 'ts-office';
        for (const { change } of changesOf(options)) {
          if (change.what === 'group') {
            expect(within.has(change.participant)).toBe(!change.joins);
            if (change.joins) within.add(change.participant);
            else within.delete(change.participant);
          }
          if (change.what === 'office') {
            expect(change.agency).not.toBe(holder);
            holder = change.agency;
          }
        }
      }),
    );
  });
});
