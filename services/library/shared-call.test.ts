import { expect, test } from 'vitest';
import { shareCall } from './shared-call.ts';

test('callers at the same time share one call', async () => {
  let calls = 0;
  const shared = shareCall(async () => ++calls);
  expect(await Promise.all([shared(), shared(), shared()])).toEqual([1, 1, 1]);
  expect(await shared()).toBe(2);
});

test('who asks while a call is out gets the next one, which began later', async () => {
  const outcomes: PromiseWithResolvers<number>[] = [];
  const shared = shareCall(() => {
    const outcome = Promise.withResolvers<number>();
    outcomes.push(outcome);
    return outcome.promise;
  });
  const first = shared();
  await Promise.resolve();
  const later = [shared(), shared()];
  await Promise.resolve();
  expect(outcomes.length).toBe(1);
  outcomes[0]?.resolve(1);
  expect(await first).toBe(1);
  await Promise.resolve();
  expect(outcomes.length).toBe(2);
  outcomes[1]?.resolve(2);
  expect(await Promise.all(later)).toEqual([2, 2]);
});

test('a call that fails fails its own callers alone', async () => {
  let calls = 0;
  const shared = shareCall(async () => {
    calls += 1;
    if (calls === 1) throw new Error('away');
    return calls;
  });
  const first = shared();
  await expect(first).rejects.toThrow('away');
  expect(await shared()).toBe(2);
});
