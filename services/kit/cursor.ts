import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import { join } from 'node:path';
import { catalogue, laneCount } from '@puebla/schemas';
import type { LanePosition } from './kafka/fetch.ts';
import type { MutableOffsets, Offsets } from './kafka/offsets.ts';
import { createRandomPool } from './random.ts';
import { secretFile } from './secret-file.ts';

/**
 * A cursor is a position over every lane of every kind, whatever the filter: opaque, encrypted and of one length, so that
 * neither its bytes nor its length tell that events exist which the reader may not read (rules.md, "What gives
 * things away"). All instances share the master key, so any of them continues any cursor.
 *
 * Layout: version, salt (16), nonce (12), ciphertext, tag (16), in base64url. Inside: the cluster's id, then for each
 * kind its name and the next offset of each lane, padded.
 */
export interface Position {
  readonly clusterId: string;
  readonly offsets: Offsets;
}

export interface CursorCodec {
  /** `own`: a lane that stands elsewhere than the position says. */
  encode(position: Position, own?: LanePosition): string;
  /** Undefined when it was not made with this key: cut, forged, or of an exchange that is gone. */
  decode(cursor: string): Position | undefined;
}

const version = 1;
const keyBytes = 32;
const saltBytes = 16;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + saltBytes + nonceBytes;
/** Random 96-bit nonces of one key run out of safety at 2^32 uses: a subkey an hour stays far below. */
const subkeyMs = 3_600_000;
/** Subkeys remembered for decoding: ten days of hours. A stranger's cursors cannot make it grow. */
const maxSubkeys = 240;
/** Longer than any cursor of ours: nothing larger is even looked at. */
const maxCursorChars = 16_384;

const topics = catalogue.map(({ topic }) => ({ topic, name: Buffer.from(topic, 'latin1') }));
/** Three bytes hold an offset below two million; one busy lane may take more, since most are shorter. */
const paddedBytes = 32 + catalogue.reduce((sum, { topic }) => sum + topic.length + 3 + 3 * laneCount, 0);

/** The master key in its file under `PUEBLA_HOME`, made at the first start; instances that share streams share the file. */
export async function cursorKey(home: string): Promise<Buffer> {
  const text = await secretFile(join(home, 'keys', 'cursor.key'), () =>
    randomBytes(keyBytes).toString('base64'),
  );
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes) throw new RangeError(`keys/cursor.key does not hold ${keyBytes} bytes`);
  return key;
}

export function createCursorCodec(masterKey: Buffer, now: () => number = Date.now): CursorCodec {
  const randomNonce = createRandomPool(nonceBytes);
  const subkeys = new Map<string, KeyObject>();
  let current: { head: Buffer; key: KeyObject; until: number } | undefined;
  /** Used again for each cursor: it is made with every event that is kept or shown. */
  let plain = Buffer.alloc(paddedBytes);
  let whole = Buffer.alloc(headBytes + paddedBytes + tagBytes);

  const subkeyOf = (salt: Buffer): KeyObject => {
    const name = salt.toString('latin1');
    let key = subkeys.get(name);
    if (key === undefined) {
      key = createSecretKey(Buffer.from(hkdfSync('sha256', masterKey, salt, 'puebla cursor', keyBytes)));
      const [oldest] = subkeys.keys();
      if (subkeys.size >= maxSubkeys && oldest !== undefined) subkeys.delete(oldest);
      subkeys.set(name, key);
    }
    return key;
  };

  return {
    encode(position, own) {
      if (current === undefined || now() >= current.until) {
        const salt = randomBytes(saltBytes);
        const head = Buffer.concat([Buffer.of(version), salt]);
        current = { head, key: subkeyOf(salt), until: now() + subkeyMs };
      }
      const room = roomFor(position);
      if (plain.length < room) {
        plain = Buffer.alloc(room);
        whole = Buffer.alloc(headBytes + room + tagBytes);
      }
      const length = pack(plain, position, own);
      const nonce = randomNonce();
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce);
      const sealed = cipher.update(plain.subarray(0, length));
      cipher.final();
      whole.set(current.head);
      whole.set(nonce, current.head.length);
      whole.set(sealed, headBytes);
      whole.set(cipher.getAuthTag(), headBytes + length);
      return whole.toString('base64url', 0, headBytes + length + tagBytes);
    },
    decode(cursor) {
      if (cursor.length > maxCursorChars) return undefined;
      const bytes = Buffer.from(cursor, 'base64url');
      if (bytes.length <= headBytes + tagBytes || bytes[0] !== version) return undefined;
      const key = subkeyOf(bytes.subarray(1, 1 + saltBytes));
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(1 + saltBytes, headBytes));
      decipher.setAuthTag(bytes.subarray(bytes.length - tagBytes));
      try {
        const opened = decipher.update(bytes.subarray(headBytes, bytes.length - tagBytes));
        decipher.final();
        return unpack(opened);
      } catch {
        return undefined;
      }
    },
  };
}

/** More than it can take, and whole lengths of it. */
function roomFor({ clusterId, offsets }: Position): number {
  const lanes = topics.reduce((sum, { topic }) => sum + (offsets[topic]?.length ?? 0), 0);
  return paddedTo(paddedBytes + 8 * lanes + clusterId.length);
}

/** One length for all; when the offsets no longer fit, the next multiple, again for all. */
function paddedTo(length: number): number {
  return Math.ceil(length / paddedBytes) * paddedBytes;
}

/** Gives how long it is, padded. */
function pack(bytes: Buffer, { clusterId, offsets }: Position, own?: LanePosition): number {
  let at = 1 + bytes.write(clusterId, 1, 'latin1');
  bytes[0] = at - 1;
  for (const { topic, name } of topics) {
    const next = offsets[topic] ?? [];
    bytes[at] = name.length;
    bytes.set(name, at + 1);
    at = writeNumber(bytes, at + 1 + name.length, next.length);
    const ownPlace = own?.topic === topic ? own.partition : -1;
    for (let place = 0; place < next.length; place += 1) {
      at = writeNumber(bytes, at, place === ownPlace ? (own?.offset ?? 0) : (next[place] ?? 0));
    }
  }
  const length = paddedTo(at + 1);
  bytes.fill(0, at, length);
  return length;
}

function unpack(bytes: Buffer): Position {
  const reader = { bytes, at: 0 };
  const clusterId = readText(reader);
  const offsets: MutableOffsets = {};
  while (reader.at < bytes.length) {
    const topic = readText(reader);
    if (topic === '') break;
    const count = readNumber(reader);
    offsets[topic] = Array.from({ length: count }, () => readNumber(reader));
  }
  return { clusterId, offsets };
}

function readText(reader: { bytes: Buffer; at: number }): string {
  const length = reader.bytes[reader.at] ?? 0;
  const text = reader.bytes.toString('latin1', reader.at + 1, reader.at + 1 + length);
  reader.at += 1 + length;
  return text;
}

/** Seven bits a byte, least first; arithmetic, not shifts, since offsets may pass 2^31. */
function writeNumber(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let position = at;
  while (rest >= 128) {
    bytes[position++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[position++] = rest;
  return position;
}

function readNumber(reader: { bytes: Buffer; at: number }): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = reader.bytes[reader.at++] ?? 0;
    value += (byte % 128) * scale;
    if (byte < 128) return value;
    scale *= 128;
  }
}
