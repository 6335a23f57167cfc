import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createDeadlines } from './deadlines.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('what is not met is late, in order, and what is met is not', async () => {
  const deadlines = createDeadlines(30);
  const late: number[] = [];
  const meets = [0, 1, 2, 3].map((n) => deadlines.set(() => late.push(n)));
  meets[1]?.();
  meets[1]?.();
  await sleep(20);
  deadlines.set(() => late.push(4));
  meets[3]?.();
  await sleep(25);
  expect(late).toEqual([0, 2]);
  await sleep(40);
  expect(late).toEqual([0, 2, 4]);
});

test('whatever order they are met in, the others are late and no one else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { maxLength: 40 }), async (order) => {
      const deadlines = createDeadlines(5);
      const late: number[] = [];
      const meets = Array.from({ length: 20 }, (_, n) => deadlines.set(() => late.push(n)));
      const met = new Set(order.map((n) => n % 20));
      for (const n of order) meets[n % 20]?.();
      await sleep(15);
      expect(late).toEqual([...meets.keys()].filter((n) => !met.has(n)));
    }),
    { numRuns: 30 },
  );
});
