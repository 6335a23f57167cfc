import { crc32c } from '@node-rs/crc32';

/**
 * The broker's record format (message format 2): a record's own part is written once, when its event is accepted, and
 * copied into its batch; what is read stays bytes until somebody asks. Made here rather than by the client library because
 * of its share: building a batch of 14 headers a record took 17 us a record there and takes 2 here, and what
 * it reads is 40 objects a record, which fill the feeds' memory.
 */

/** A header's name and value, as text. */
export type Header = readonly [name: string, value: string];

const maxVarintBytes = 5;
const maxUtf8Bytes = 3;

/** Writes the part of a record that does not depend on its batch: key, value, headers. One at a time. */
export class RecordWriter {
  #bytes = Buffer.allocUnsafeSlow(16 * 1024);
  #at = 0;

  /** Begins a record. `headerCount` headers must follow. */
  begin(key: string | null, value: Uint8Array | null, headerCount: number): this {
    this.#at = 0;
    if (key === null) {
      this.#room(maxVarintBytes);
      this.#at = writeVarint(this.#bytes, this.#at, -1);
    } else {
      this.#text(key);
    }
    if (value === null) {
      this.#room(maxVarintBytes);
      this.#at = writeVarint(this.#bytes, this.#at, -1);
    } else {
      this.#room(maxVarintBytes + value.length);
      this.#at = writeVarint(this.#bytes, this.#at, value.length);
      this.#bytes.set(value, this.#at);
      this.#at += value.length;
    }
    this.#room(maxVarintBytes);
    this.#at = writeVarint(this.#bytes, this.#at, headerCount);
    return this;
  }

  header(name: string, value: string): this {
    this.#text(name);
    this.#text(value);
    return this;
  }

  /** Headers that were written before, by `encodeHeaders`. */
  headers(encoded: Uint8Array): this {
    this.#room(encoded.length);
    this.#bytes.set(encoded, this.#at);
    this.#at += encoded.length;
    return this;
  }

  end(): Buffer {
    const content = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(content, 0, 0, this.#at);
    return content;
  }

  #text(text: string): void {
    const { length } = text;
    this.#room(maxVarintBytes + length * maxUtf8Bytes);
    const at = writeVarint(this.#bytes, this.#at, length);
    const written = this.#bytes.write(text, at, 'utf8');
    if (written === length) {
      this.#at = at + written;
    } else {
      // Not ASCII: longer than it looked.
      const from = writeVarint(this.#bytes, this.#at, written);
      this.#at = from + this.#bytes.write(text, from, 'utf8');
    }
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.#at + bytes));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }
}

const writer = new RecordWriter();

/** The part of a record that does not depend on its batch. */
export function encodeRecord(
  key: string | null,
  value: Uint8Array | null,
  headers: readonly Header[],
): Buffer {
  writer.begin(key, value, headers.length);
  for (const [name, text] of headers) writer.header(name, text);
  return writer.end();
}

/** Headers that many records share, written once. */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  const whole = encodeRecord('', null, headers);
  // Behind the empty key, the absent value, and the count.
  return whole.subarray(2 + varintBytes(headers.length));
}

export interface BatchProducer {
  readonly id: bigint;
  readonly epoch: number;
  /** Sequence number of the batch's first record. */
  readonly sequence: number;
}

/** Where a batch's fields stand. */
const place = {
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  firstTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  sequence: 53,
  count: 57,
  records: 61,
} as const;
const magic = 2;

/** One batch for one lane, of records as `encodeRecord` gives them. */
export function encodeBatch(
  contents: readonly Uint8Array[],
  timestamp: number,
  producer: BatchProducer,
): Buffer {
  let size: number = place.records;
  contents.forEach((content, delta) => {
    const length = 2 + varintBytes(delta) + content.length;
    size += varintBytes(length) + length;
  });
  const bytes = Buffer.allocUnsafe(size);
  bytes.fill(0, 0, place.length);
  bytes.writeInt32BE(size - place.leaderEpoch, place.length);
  bytes.writeInt32BE(-1, place.leaderEpoch);
  bytes[place.magic] = magic;
  bytes.writeInt16BE(0, place.attributes);
  bytes.writeInt32BE(contents.length - 1, place.lastOffsetDelta);
  bytes.writeBigInt64BE(BigInt(timestamp), place.firstTimestamp);
  bytes.writeBigInt64BE(BigInt(timestamp), place.maxTimestamp);
  bytes.writeBigInt64BE(producer.id, place.producerId);
  bytes.writeInt16BE(producer.epoch, place.producerEpoch);
  bytes.writeInt32BE(producer.sequence, place.sequence);
  bytes.writeInt32BE(contents.length, place.count);
  let at: number = place.records;
  contents.forEach((content, delta) => {
    at = writeVarint(bytes, at, 2 + varintBytes(delta) + content.length);
    bytes[at++] = 0; // attributes
    bytes[at++] = 0; // timestamp delta
    at = writeVarint(bytes, at, delta);
    bytes.set(content, at);
    at += content.length;
  });
  bytes.writeUInt32BE(crc32c(bytes.subarray(place.attributes)), place.crc);
  return bytes;
}

/** Where one record lies in the bytes of an answer: its part behind the offset delta, as `encodeRecord` wrote it. */
export interface RecordPlace {
  readonly offset: number;
  readonly timestamp: number;
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

const isCompressed = 0x07;
const isLogAppendTime = 1 << 3;
const isControl = 1 << 5;

/**
 * Calls `onRecord` for every record of the whole batches in `bytes`; a last one that was cut off is left. Gives the offset
 * behind the last batch, or undefined when there was none. `inflate` unpacks the records of a compressed batch.
 */
export function readBatches(
  bytes: Buffer,
  inflate: (attributes: number, packed: Buffer) => Buffer,
  onRecord: (record: RecordPlace) => void,
): number | undefined {
  let next: number | undefined;
  for (let at = 0; at + place.records <= bytes.length; ) {
    const end = at + place.leaderEpoch + bytes.readInt32BE(at + place.length);
    if (end > bytes.length) break;
    const first = Number(bytes.readBigInt64BE(at));
    next = first + bytes.readInt32BE(at + place.lastOffsetDelta) + 1;
    const attributes = bytes.readInt16BE(at + place.attributes);
    if ((attributes & isControl) === 0) {
      const firstTimestamp = Number(bytes.readBigInt64BE(at + place.firstTimestamp));
      const appended = (attributes & isLogAppendTime) !== 0;
      const maxTimestamp = Number(bytes.readBigInt64BE(at + place.maxTimestamp));
      const packed = (attributes & isCompressed) !== 0;
      const records = packed ? inflate(attributes, bytes.subarray(at + place.records, end)) : bytes;
      const reader = { bytes: records, at: packed ? 0 : at + place.records };
      for (let count = bytes.readInt32BE(at + place.count); count > 0; count -= 1) {
        const length = readVarint(reader);
        const recordEnd = reader.at + length;
        reader.at += 1; // attributes
        const timestampDelta = readVarint(reader);
        const offsetDelta = readVarint(reader);
        onRecord({
          offset: first + offsetDelta,
          timestamp: appended ? maxTimestamp : firstTimestamp + timestampDelta,
          bytes: records,
          start: reader.at,
          end: recordEnd,
        });
        reader.at = recordEnd;
      }
    }
    at = end;
  }
  return next;
}

/**
 * One header of a record's content, as `encodeRecord` wrote it: the text of no other is made, which is most of what reading
 * a record costs. Undefined when there is none of that name; of several the last. The name is ASCII.
 */
export function headerIn(content: Buffer, name: string): string | undefined {
  const reader = { bytes: content, at: 0 };
  skipBytes(reader);
  skipBytes(reader);
  let found: Buffer | null = null;
  for (let count = readVarint(reader); count > 0; count -= 1) {
    const nameBytes = readVarint(reader);
    const isWanted =
      nameBytes === name.length && content.toString('latin1', reader.at, reader.at + nameBytes) === name;
    reader.at += Math.max(0, nameBytes);
    if (isWanted) found = readBytes(reader);
    else skipBytes(reader);
  }
  return found?.toString();
}

/** Reading position in some bytes. */
export interface ByteReader {
  readonly bytes: Buffer;
  at: number;
}

/** The next length and as many bytes; null when they are absent. */
export function readBytes(reader: ByteReader): Buffer | null {
  const length = readVarint(reader);
  if (length < 0) return null;
  reader.at += length;
  return reader.bytes.subarray(reader.at - length, reader.at);
}

/** Moves behind the next length and as many bytes. */
export function skipBytes(reader: ByteReader): void {
  const length = readVarint(reader);
  if (length > 0) reader.at += length;
}

/** Seven bits a byte, least first, the sign in the lowest bit. Arithmetic beyond 31 bits, since timestamps differ by more. */
export function readVarint(reader: ByteReader): number {
  let value = 0;
  let scale = 1;
  for (;;) {
    const byte = reader.bytes[reader.at++] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
    scale *= 128;
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}

function writeVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  while (rest >= 0x80) {
    bytes[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}

function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  if (zigzag < 0x80) return 1;
  if (zigzag < 0x4000) return 2;
  if (zigzag < 0x20_0000) return 3;
  return zigzag < 0x1000_0000 ? 4 : 5;
}
