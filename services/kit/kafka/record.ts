import type { fetchV17, KafkaRecord } from '@platformatic/kafka';

type FetchResponsePartition = fetchV17.FetchResponsePartition;

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
  /** Bytes it took in the answer, for whoever keeps a bound. */
  readonly size: number;
}

const isControl = 1 << 5;
const isLogAppendTime = 1 << 3;

/**
 * The records of one partition of a fetch answer from `from` on, and the next offset to ask for. A batch may begin
 * before the offset asked for, and may end after its last record (compaction): both are evened out here.
 */
export function toRecords(
  topic: string,
  partition: FetchResponsePartition,
  from: number,
): { records: LogRecord[]; next: number } {
  const records: LogRecord[] = [];
  let next = from;
  for (const batch of partition.records ?? []) {
    const first = Number(batch.firstOffset);
    next = Math.max(next, first + batch.lastOffsetDelta + 1);
    if ((batch.attributes & isControl) !== 0) continue;
    const appended = (batch.attributes & isLogAppendTime) !== 0 ? Number(batch.maxTimestamp) : undefined;
    const firstTimestamp = Number(batch.firstTimestamp);
    for (const record of batch.records) {
      const offset = first + record.offsetDelta;
      if (offset < from) continue;
      const timestamp = appended ?? firstTimestamp + Number(record.timestampDelta);
      records.push(new FetchedRecord(topic, partition.partitionIndex, offset, timestamp, record));
    }
  }
  return { records, next };
}

/** Key and headers become text when they are asked for: whoever follows a lane without readers asks for neither. */
class FetchedRecord implements LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly value: Buffer | null;
  readonly size: number;
  readonly #raw: KafkaRecord;
  #key: string | null | undefined;
  #headers: Record<string, string> | undefined;

  constructor(topic: string, partition: number, offset: number, timestamp: number, raw: KafkaRecord) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.value = raw.value;
    this.size = raw.length;
    this.#raw = raw;
  }

  get key(): string | null {
    if (this.#key === undefined) this.#key = this.#raw.key === null ? null : this.#raw.key.toString();
    return this.#key;
  }

  get headers(): Readonly<Record<string, string>> {
    if (this.#headers === undefined) {
      this.#headers = {};
      for (const [name, value] of this.#raw.headers) {
        if (name !== null && value !== null) this.#headers[name.toString('latin1')] = value.toString();
      }
    }
    return this.#headers;
  }
}
