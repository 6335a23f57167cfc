import {
  type Collection,
  collections,
  type Directory,
  directoryAt,
  type Entry,
  emptyRegister,
  keyOf,
  type Register,
  readRow,
  withEntries,
} from '@puebla/schemas';
import { type FollowedTopic, followCompacted } from './compacted.ts';
import type { Kafka } from './kafka/client.ts';
import type { RecordToSend } from './kafka/producer.ts';
import type { LogRecord } from './kafka/record.ts';
import { encodeRecord } from './kafka/record-batch.ts';
import type { Log } from './log.ts';

/** The directory as it stands now: one object until something changes, begins or ends, so that who compares it sees a change. */
export interface CurrentDirectory {
  current(): Directory;
  readonly register: Register;
  /** Told of each change of the register, never of a row that begins or ends by its own date. */
  onChange(tell: (register: Register) => void): void;
}

/** @param now epoch milliseconds; for tests */
export function currentDirectory(register: Register, now: () => number = Date.now): CurrentDirectory {
  return changingDirectory(register, now);
}

function changingDirectory(register: Register, now: () => number) {
  let rows = register;
  let known = directoryAt(rows, now());
  const listeners: ((register: Register) => void)[] = [];
  return {
    get register() {
      return rows;
    },
    current() {
      const instant = now();
      if (instant >= known.until) known = directoryAt(rows, instant);
      return known;
    },
    onChange(tell: (register: Register) => void) {
      listeners.push(tell);
    },
    change(to: Register) {
      rows = to;
      known = directoryAt(rows, now());
      for (const tell of listeners) tell(rows);
    },
  };
}

/** The register, one record a row, the newest of a key counts. Its own topic, in one lane. */
export const directoryTopic = 'puebla.directory';

/** @param by who has changed it, `<agency>/<person>` */
export function recordOfEntry(topic: string, entry: Entry, by: string): RecordToSend {
  const value = Buffer.from(JSON.stringify(entry.row));
  const headers = [
    ['content-type', 'application/json'],
    ['by', by],
  ] as const;
  return { topic, partition: 0, content: encodeRecord(keyOf(entry), value, headers) };
}

const turnKey = 'turn';

/** Says that a change is about to be judged, and nothing else: with it the broker learns whose turn it is. Compaction takes it. */
export function recordOfTurn(topic: string): RecordToSend {
  return { topic, partition: 0, content: encodeRecord(turnKey, null, []) };
}

/** Undefined for what is no row of the register: another program may have written it. */
function entryIn({ key, value }: LogRecord): Entry | undefined {
  const collection = collections.find((name): name is Collection => key?.startsWith(`${name}/`) === true);
  if (collection === undefined || value === null) return undefined;
  try {
    const read = readRow(collection, JSON.parse(value.toString('utf8')));
    return read.ok && keyOf(read.entry) === key ? read.entry : undefined;
  } catch {
    return undefined;
  }
}

export type FollowedDirectory = CurrentDirectory & FollowedTopic;

/** Follows the directory's topic; resolves once what is there now is known. Rejects with KafkaError. */
export async function followDirectory(options: {
  kafka: Kafka;
  log: Log;
  topic?: string;
}): Promise<FollowedDirectory> {
  const { kafka, log, topic = directoryTopic } = options;
  const directory = changingDirectory(emptyRegister, Date.now);
  const followed = await followCompacted({
    kafka,
    topic,
    role: 'directory',
    log,
    onRecords(records) {
      const entries = records.flatMap((record) => {
        if (record.key === turnKey) return [];
        const entry = entryIn(record);
        if (entry === undefined)
          log.error({ offset: record.offset }, 'a record of the directory is none of its rows');
        return entry === undefined ? [] : [entry];
      });
      if (entries.length > 0) directory.change(withEntries(directory.register, entries));
    },
  });
  return {
    ...followed,
    current: directory.current,
    onChange: directory.onChange,
    get register() {
      return directory.register;
    },
  };
}
