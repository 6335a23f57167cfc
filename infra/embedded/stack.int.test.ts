import { expect, test } from '@jest/globals';
import { testStack } from '../test-addresses.ts';

test('the shared stack answers', async () => {
  const stack = testStack();
  const response = await fetch(`${stack.registryUrl}/subjects`);
  expect(response.status).toBe(200);
});
