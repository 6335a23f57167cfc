import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createStore } from './store.ts';

test('what is used once cannot be used again, also by one who looked before', async () => {
  const codes = createStore()('AuthorizationCode');
  await codes.upsert('c', { grantId: 'g' }, 60);
  const looked = await codes.find('c');
  expect(looked).toMatchObject({ grantId: 'g' });
  await codes.consume('c');
  expect(await codes.find('c')).toMatchObject({ consumed: expect.any(Number) });
  await expect(codes.consume('c')).rejects.toMatchObject({ error: 'invalid_grant' });
  await expect(codes.consume('none')).rejects.toMatchObject({ error: 'invalid_grant' });
});

test('a grant that is revoked takes all that it gave with it, and nothing of another', async () => {
  const tokens = createStore()('RefreshToken');
  for (const [id, grantId] of [
    ['a', 'one'],
    ['b', 'one'],
    ['c', 'other'],
  ] as const)
    await tokens.upsert(id, { grantId }, 60);
  await tokens.revokeByGrantId('one');
  expect(await Promise.all(['a', 'b', 'c'].map((id) => tokens.find(id)))).toEqual([
    undefined,
    undefined,
    { grantId: 'other' },
  ]);
});

test('a flood of one kind pushes out its own oldest, and nothing of another kind', async () => {
  const store = createStore(100);
  await store('RefreshToken').upsert('r', { grantId: 'g' }, 60);
  for (let i = 0; i < 1_000; i += 1) await store('Interaction').upsert(`i${i}`, {}, 60);
  expect(await store('RefreshToken').find('r')).toBeDefined();
  expect(await store('Interaction').find('i899')).toBeUndefined();
  expect(await store('Interaction').find('i900')).toBeDefined();
});

test('what has ended is gone, and sessions are never kept', async () => {
  const store = createStore();
  await store('Grant').upsert('g', {}, 1);
  expect(await store('Grant').find('g')).toBeDefined();
  await sleep(1_050);
  expect(await store('Grant').find('g')).toBeUndefined();
  await store('Session').upsert('s', { uid: 'u' }, 60);
  expect(await store('Session').find('s')).toBeUndefined();
  expect(await store('Session').findByUid('u')).toBeUndefined();
});
