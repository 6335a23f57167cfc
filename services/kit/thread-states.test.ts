import type { ThreadChange } from '@puebla/schemas';
import { describe, expect, test } from 'vitest';
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

function knownOf(changes: readonly ThreadChange[]) {
  const known = createKnownThreads();
  for (const change of changes) known.take(change);
  return known;
}

describe('what is known of a thread', () => {
  test.each<[string, ThreadChange[], ThreadChange]>([
    ['the later of two versions', [version(3), version(5)], version(5)],
    ['the same, whichever is read first', [version(5), version(3)], version(5)],
    ['a recall behind a version', [version(3), recall(5)], recall(5)],
    ['a recall, with a version behind it', [recall(5), version(6)], recall(5)],
    ['the same, read the other way', [version(6), recall(5)], recall(5)],
    ['a version before its recall, read late', [recall(5), version(3)], recall(5)],
    ['the later of two recalls', [recall(7), recall(5)], recall(7)],
  ])('is %s', (_title, changes, last) => {
    const known = knownOf(changes);
    expect(known.of(name)).toMatchObject(last.state);
    for (const change of changes) expect([change.offset, known.take(change)]).toEqual([change.offset, false]);
  });

  test('is every version in the order of the lane, whatever order they come in', () => {
    const known = knownOf([version(5), version(3), version(9), version(7), version(5)]);
    expect(known.of(name)?.versions?.map(({ offset }) => offset)).toEqual([3, 5, 7, 9]);
  });

  test('is at its recall who could read what stood before it, and not what came behind', () => {
    const forGroup = (offset: number, readers: string): ThreadChange => ({
      name,
      offset,
      state: { newest: { ...handled, tlp: 'AMBER', readers, id: `v-${offset}` } },
    });
    const known = knownOf([recall(5), forGroup(6, 'HN'), forGroup(4, 'GT'), forGroup(3, 'CR')]);
    const before = ['CR', 'GT'].map((readers) => ({ agency: 'mx-fgr', tlp: 'AMBER', readers }));
    expect(known.of(name)?.recalled?.before).toEqual(before);
    expect(known.recalled.get(`/v1/events/${name}`)?.before).toEqual(before);
  });
});
