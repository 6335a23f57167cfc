import { catalogue } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { createIdentities, type Kept, rememberedMs } from './identities.ts';

const [kind] = catalogue;
if (kind === undefined) throw new Error('no kind');
const { topic } = kind;

let clock = 0;
const now = (): number => clock;
const keptAt = (timestamp: number, digest = 'd'): Kept => ({
  digest,
  topic,
  partition: 7,
  offset: 1,
  timestamp,
});

test('an identity is known for 24 hours to the millisecond, and then forgotten', () => {
  clock = 1_000;
  const identities = createIdentities(10, now);
  identities.keep('mx-fgr/1', keptAt(clock));
  clock += rememberedMs;
  expect(identities.get('mx-fgr/1')).toMatchObject({ digest: 'd', offset: 1 });
  clock += 1;
  expect(identities.get('mx-fgr/1')).toBeUndefined();
  expect(identities.size).toBe(0);
});

test('full of younger ones it has no room; room comes as they grow old', () => {
  clock = 0;
  const identities = createIdentities(3, now);
  for (const id of ['a', 'b', 'c']) {
    clock += 1_000;
    expect(identities.hasRoom(1)).toBe(true);
    identities.keep(id, keptAt(clock));
  }
  expect(identities.hasRoom(1)).toBe(false);
  expect(identities.hasRoom(0)).toBe(true);
  clock = rememberedMs + 1_001;
  expect(identities.hasRoom(1)).toBe(true);
  expect(identities.hasRoom(2)).toBe(false);
  expect(identities.size).toBe(2);
});

test('old ones that stand behind younger ones, as after a restart, make room too', () => {
  clock = rememberedMs * 2;
  const identities = createIdentities(4, now);
  identities.keep('young', keptAt(clock - 1));
  for (const id of ['old-1', 'old-2', 'old-3']) identities.keep(id, keptAt(clock - rememberedMs - 1));
  expect(identities.hasRoom(1)).toBe(true);
  expect(identities.get('young')).toBeDefined();
  expect(identities.size).toBe(1);
});

test('an identity that is used again after its time stands behind, as the youngest', () => {
  clock = 0;
  const identities = createIdentities(2, now);
  identities.keep('a', keptAt(0, 'first'));
  identities.keep('b', keptAt(10));
  clock = rememberedMs + 5;
  expect(identities.get('a')).toBeUndefined();
  identities.keep('a', keptAt(clock, 'second'));
  clock = rememberedMs + 11;
  expect(identities.hasRoom(1)).toBe(true);
  expect(identities.get('a')?.digest).toBe('second');
});

test('what is kept is read as it was written, whatever is forgotten and kept between', () => {
  clock = rememberedMs * 3;
  const identities = createIdentities(50_000, now);
  const keptOf = (n: number): Kept => ({
    digest: `digest-${n}`.padEnd(43, 'x'),
    topic: catalogue[n % catalogue.length]?.topic ?? topic,
    partition: n % 300,
    offset: n * 1_000_003,
    timestamp: clock - (n % 3 === 0 ? rememberedMs + 1 : n),
  });
  for (let n = 0; n < 5_000; n += 1) identities.keep(`mx-fgr/${n}`, keptOf(n));
  for (let n = 0; n < 5_000; n += 1) {
    expect(identities.get(`mx-fgr/${n}`)).toEqual(n % 3 === 0 ? undefined : keptOf(n));
  }
  for (let n = 5_000; n < 9_000; n += 1) identities.keep(`mx-fgr/${n}`, { ...keptOf(n), timestamp: clock });
  for (let n = 5_000; n < 9_000; n += 1) {
    expect(identities.get(`mx-fgr/${n}`)).toEqual({ ...keptOf(n), timestamp: clock });
  }
  expect(identities.get('mx-fgr/1')).toEqual(keptOf(1));
});

test('one that is held becomes kept, or is dropped', () => {
  const identities = createIdentities(2, now);
  const held = { digest: 'd', timestamp: undefined };
  identities.hold('a', held);
  identities.hold('b', held);
  expect(identities.get('a')).toBe(held);
  expect(identities.hasRoom(1)).toBe(false);
  identities.keep('a', keptAt(clock));
  expect(identities.get('a')).toMatchObject({ digest: 'd', offset: 1 });
  identities.drop('b');
  expect(identities.get('b')).toBeUndefined();
  expect(identities.hasRoom(1)).toBe(true);
});
