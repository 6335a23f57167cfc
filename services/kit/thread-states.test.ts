import { describe, expect, test } from '@jest/globals';
import type { ThreadChange } from '@puebla/schemas';
import { createKnownThreads } from './thread-states.ts';

const name = 'mx-fgr/a';
const handled = { agency: 'mx-fgr', tlp: 'GREEN', kind: 'alert' } as const;
const version = (offset: number): ThreadChange => ({
  name,
  offset,
  state: { newest: { ...handled, id: `v-${offset}` } },
});
const recall = (offset: number): ThreadChange => ({
  name,
  offset,
  state: {
    recalled: {
      ...handled,
      of: `/v1/events/${name}`,
      recall: 'mx-fgr/r',
      reason: 'INCORRECT',
      at: Date.UTC(2026, 5, 1),
    },
  },
});

describe('what is known of a thread', () => {
  test.each<[string, ThreadChange[], ThreadChange]>([
    ['the later of two versions', [version(3), version(5)], version(5)],
    ['the same, whichever is read first', [version(5), version(3)], version(5)],
    ['a recall behind a version', [version(3), recall(5)], recall(5)],
    ['a recall, with a version behind it', [recall(5), version(6)], recall(5)],
    ['the same, read the other way', [version(6), recall(5)], recall(5)],
    ['a version before its recall, read late', [recall(5), version(3)], recall(5)],
  ])('is %s', (_title, changes, last) => {
    const known = createKnownThreads();
    for (const change of changes) known.take(change);
    expect(known.of(name)).toEqual(last.state);
    for (const change of changes) expect([change.offset, known.take(change)]).toEqual([change.offset, false]);
  });
});
