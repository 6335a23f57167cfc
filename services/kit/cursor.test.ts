import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue, laneCount } from '@puebla/schemas';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCursorCodec, cursorKey, type Position } from './cursor.ts';

const key = randomBytes(32);
const codec = createCursorCodec(key);
const clusterId = 'Ro6w5I9jF5gMweu0suo82w';

const positionOf = (offset: (topic: string, lane: number) => number): Position => ({
  clusterId,
  offsets: Object.fromEntries(
    catalogue.map(({ topic }) => [
      topic,
      Array.from({ length: laneCount }, (_, lane) => offset(topic, lane)),
    ]),
  ),
});

const positions = fc
  .infiniteStream(fc.oneof(fc.nat(2_000_000), fc.maxSafeNat(), fc.constant(0)))
  .map((stream) => positionOf(() => stream.next().value));

describe('a cursor', () => {
  test('is the position that it was made from, whatever the offsets, on any instance with the key', () => {
    const other = createCursorCodec(key);
    fc.assert(
      fc.property(positions, (position) => {
        expect(other.decode(codec.encode(position))).toEqual(position);
      }),
    );
  });

  test('has one length, whatever happened in the lanes', () => {
    const small = fc.infiniteStream(fc.nat(2_000_000)).map((s) => positionOf(() => s.next().value));
    const lengths = new Set<number>();
    fc.assert(fc.property(small, (position) => void lengths.add(codec.encode(position).length)));
    lengths.add(codec.encode(positionOf(() => 0)).length);
    expect(lengths.size).toBe(1);
  });

  test('tells nothing: the same position twice has nothing in common but its hour', () => {
    const position = positionOf(() => 7);
    const [a = '', b = ''] = [codec.encode(position), codec.encode(position)];
    expect(a).toMatch(/^[A-Za-z0-9_-]+$/);
    const differing = [...a].filter((char, index) => char !== b[index]).length;
    expect(differing).toBeGreaterThan(a.length * 0.8);
  });

  test('that was touched anywhere is not one of ours', () => {
    const bytes = Buffer.from(codec.encode(positionOf((_, lane) => lane)), 'base64url');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const touched = Buffer.from(bytes);
        touched[at] = (touched[at] ?? 0) ^ flip;
        expect(codec.decode(touched.toString('base64url'))).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(codec.decode(bytes.subarray(0, length).toString('base64url'))).toBeUndefined();
      }),
    );
  });

  test('of another key, or anything else, is not one of ours', () => {
    expect(createCursorCodec(randomBytes(32)).decode(codec.encode(positionOf(() => 1)))).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.base64String()), (text) => {
        expect(codec.decode(text)).toBeUndefined();
      }),
    );
    expect(codec.decode('A'.repeat(100_000))).toBeUndefined();
  });

  test('outlives the hours of its subkey, and any number of strangers’ cursors', () => {
    let clock = 0;
    const aging = createCursorCodec(key, () => clock);
    const position = positionOf(() => 3);
    const first = aging.encode(position);
    for (let n = 0; n < 300; n += 1) {
      clock += 3_600_000;
      aging.encode(position);
      aging.decode(Buffer.concat([Buffer.of(1), randomBytes(200)]).toString('base64url'));
    }
    expect(aging.decode(first)).toEqual(position);
  });

  test('of fewer lanes than there are now keeps those that it has', () => {
    const [kind] = catalogue;
    const before = { clusterId, offsets: { [kind?.topic ?? '']: [1, 2, 3] } };
    expect(codec.decode(codec.encode(before))).toMatchObject(before);
  });
});

describe('the master key', () => {
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'puebla-cursor-'));
  });
  afterAll(() => rm(home, { recursive: true }));

  test('is made once, is the same for all who share the folder, and is readable by its owner alone', async () => {
    const keys = await Promise.all([cursorKey(home), cursorKey(home)]);
    keys.push(await cursorKey(home));
    expect(new Set(keys.map((found) => found.toString('hex'))).size).toBe(1);
    const file = join(home, 'keys', 'cursor.key');
    expect((await stat(file)).mode & 0o077).toBe(0);
    expect(Buffer.from(await readFile(file, 'utf8'), 'base64')).toEqual(keys[0]);
  });

  test('that is damaged is refused, not used', async () => {
    await writeFile(join(home, 'keys', 'cursor.key'), 'short');
    await expect(cursorKey(home)).rejects.toThrow('cursor.key');
  });
});
