import { kinds } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { createCodec } from './codec.ts';
import { createLog } from './log.ts';

const log = createLog({ level: 'silent' });
const subject = kinds[0]?.subject ?? '';
const ruleOf = async (registryUrl: string): Promise<unknown> => {
  const answer = await fetch(`${registryUrl}/config/${subject}`);
  return ((await answer.json()) as { compatibilityLevel: unknown }).compatibilityLevel;
};

test('a start that was ended between a schema and its rule is made good by the next one', async () => {
  const { registryUrl } = testStack();
  await createCodec({ registryUrl, log });
  await fetch(`${registryUrl}/config/${subject}`, { method: 'DELETE' });
  expect(await ruleOf(registryUrl)).toBe('NONE');
  const codec = await createCodec({ registryUrl, log });
  expect(codec.ready()).toBe(true);
  expect(await ruleOf(registryUrl)).toBe('FULL_TRANSITIVE');
});
