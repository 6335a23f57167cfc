import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka';
import type { RecordToSend } from './producer.ts';
import {
  type ByteReader,
  type RecordPlace,
  readBatches,
  readBytes,
  readVarint,
  skipBytes,
} from './record-batch.ts';

/** One record as the services see it. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the broker appended it (LogAppendTime), epoch ms. */
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  /** Key, value and headers in their bytes, as `encodeRecord` gives them; a view into the answer they came with. */
  readonly content: Buffer;
}

/**
 * The records of one partition of a fetch answer from `from` on, and the next offset to ask for. A batch may begin
 * before the offset asked for, and may end after its last record (compaction): both are evened out here.
 */
export function toRecords(
  topic: string,
  partition: number,
  bytes: Buffer,
  from: number,
): { records: LogRecord[]; next: number } {
  const records: LogRecord[] = [];
  const next = readBatches(bytes, inflate, (found) => {
    if (found.offset >= from) records.push(new FetchedRecord(topic, partition, found));
  });
  return { records, next: Math.max(from, next ?? from) };
}

/** What readers will be given of a record that is about to be sent, once it stands at that offset. */
export function asLogRecord(
  { topic, partition, content }: RecordToSend,
  at: { readonly offset: number; readonly timestamp: number },
): LogRecord {
  return new FetchedRecord(topic, partition, { ...at, bytes: content, start: 0, end: content.length });
}

/** The gateway does not compress; other writers may. */
function inflate(attributes: number, packed: Buffer): Buffer {
  const algorithm = compressionsAlgorithmsByBitmask[(attributes & 0x07) as 1];
  if (algorithm === undefined) throw new RangeError(`compression ${attributes & 0x07} is not known`);
  return algorithm.decompressSync(packed);
}

/** Key, value and headers are looked for each time they are asked for: whoever follows a lane without readers asks for none. */
class FetchedRecord implements LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly #place: RecordPlace;

  constructor(topic: string, partition: number, found: RecordPlace) {
    this.topic = topic;
    this.partition = partition;
    this.#place = found;
  }

  get offset(): number {
    return this.#place.offset;
  }

  get timestamp(): number {
    return this.#place.timestamp;
  }

  get content(): Buffer {
    const { bytes, start, end } = this.#place;
    return bytes.subarray(start, end);
  }

  get key(): string | null {
    return readBytes(this.#reader())?.toString() ?? null;
  }

  get value(): Buffer | null {
    const reader = this.#reader();
    skipBytes(reader);
    return readBytes(reader);
  }

  get headers(): Readonly<Record<string, string>> {
    const reader = this.#reader();
    skipBytes(reader);
    skipBytes(reader);
    // Without a prototype: a header may have any name, `__proto__` too.
    const headers: Record<string, string> = Object.create(null);
    for (let count = readVarint(reader); count > 0; count -= 1) {
      const name = readBytes(reader);
      const value = readBytes(reader);
      if (name !== null && value !== null) headers[name.toString('latin1')] = value.toString();
    }
    return headers;
  }

  #reader(): ByteReader {
    return { bytes: this.#place.bytes, at: this.#place.start };
  }
}
