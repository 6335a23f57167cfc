export { teardown as default } from './test-stack.ts';
