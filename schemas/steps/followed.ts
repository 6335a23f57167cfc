import type { Reference } from '../kind.ts';

/** The step that this one follows; undefined for the first. */
export function followed({ follows }: Record<string, unknown>): Reference | undefined {
  return typeof follows === 'string' ? { pointer: '/data/follows', address: follows } : undefined;
}
