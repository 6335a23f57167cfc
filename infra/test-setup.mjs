/** Jest loads this file natively, and so Node strips the types of what it imports. */
export { setup as default } from './test-stack.ts';
