export type { Stack, StackConfig, StackServer } from './embedded/stack.ts';
export { startStack } from './embedded/stack.ts';
