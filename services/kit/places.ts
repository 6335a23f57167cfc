import type { LogRecord } from './kafka/record.ts';

/** Where a record stands. */
export type Place = Pick<LogRecord, 'topic' | 'partition' | 'offset'>;

/** A set of places in the log. Almost always empty: whoever asks for each record looks at `size` first. */
export interface Places {
  readonly size: number;
  has(place: Place): boolean;
  /** False when the set is full and does not have it. */
  add(place: Place): boolean;
}

export function createPlaces(max: number): Places {
  const topics = new Map<string, Map<number, Set<number>>>();
  let size = 0;
  const has = ({ topic, partition, offset }: Place): boolean =>
    topics.get(topic)?.get(partition)?.has(offset) === true;
  return {
    get size() {
      return size;
    },
    has,
    add(place) {
      if (has(place)) return true;
      if (size >= max) return false;
      const { topic, partition, offset } = place;
      const lanes = topics.get(topic) ?? new Map<number, Set<number>>();
      const offsets = lanes.get(partition) ?? new Set<number>();
      topics.set(topic, lanes.set(partition, offsets.add(offset)));
      size += 1;
      return true;
    },
  };
}
