import { catalogue } from '@puebla/schemas';

/** A kept event, as much of it as a later retry needs. */
export interface Kept {
  readonly digest: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Appended by the broker, epoch ms. */
  readonly timestamp: number;
}

/** An identity whose outcome is not known yet, as far as it matters here. */
export interface Held {
  readonly digest: string;
  readonly timestamp: undefined;
}

/** Identities are remembered this long: a retry within it gets the first answer (design.md, "Once and only once"). */
export const rememberedMs = 24 * 3_600_000;
/** To look at a million of them takes some 20 ms: not for every event that finds the table full. */
const lookAtAllEveryMs = 10_000;

/**
 * The identities of the last 24 hours, `<agency>/<id>` to what became of it, those that are on their way included.
 * Bounded: when it is full of younger ones, `hasRoom` says so and the publisher must be told 429. One map for both, and an
 * identity goes from held to kept in its place: a map of its own for those on their way, into and out of which every
 * event goes, is made anew all the time, and each of its former tables kept whole requests from the garbage collector.
 */
export function createIdentities<H extends Held = Held>(limit: number, now: () => number = Date.now) {
  /** What is kept stands in a row of `rows`: its number is all that the garbage collector sees of it. */
  const known = new Map<string, number | H>();
  const rows = createRows();

  const timestampOf = (entry: number | H): number =>
    typeof entry === 'number' ? rows.timestamp(entry) : Number.POSITIVE_INFINITY;
  const forget = (identity: string, entry: number | H): void => {
    known.delete(identity);
    if (typeof entry === 'number') rows.free(entry);
  };
  /** Insertion order is nearly order of time, so the oldest stand in front. */
  const forgetOldest = (): void => {
    const oldest = now() - rememberedMs;
    for (const [identity, entry] of known) {
      if (timestampOf(entry) >= oldest) break;
      forget(identity, entry);
    }
  };
  /** After a restart the lanes stand one after the other, and so do the young of one before the old of the next. */
  let allLookedAt = Number.NEGATIVE_INFINITY;
  const forgetAllOld = (): void => {
    if (now() - allLookedAt < lookAtAllEveryMs) return;
    allLookedAt = now();
    const oldest = now() - rememberedMs;
    for (const [identity, entry] of known) if (timestampOf(entry) < oldest) forget(identity, entry);
  };

  return {
    get(identity: string): Kept | H | undefined {
      const entry = known.get(identity);
      if (typeof entry !== 'number') return entry;
      if (rows.timestamp(entry) >= now() - rememberedMs) return rows.read(entry);
      forget(identity, entry);
      return undefined;
    },
    /** False when `more` further identities would not fit. */
    hasRoom(more: number): boolean {
      if (known.size + more <= limit) return true;
      forgetOldest();
      if (known.size + more > limit) forgetAllOld();
      return known.size + more <= limit;
    },
    hold(identity: string, held: H): void {
      known.set(identity, held);
    },
    keep(identity: string, kept: Kept): void {
      const entry = known.get(identity);
      if (typeof entry === 'number') rows.write(entry, kept);
      else known.set(identity, rows.add(kept));
    },
    /** It was not kept after all. */
    drop(identity: string): void {
      known.delete(identity);
    },
    get size(): number {
      return known.size;
    },
  };
}

export type Identities<H extends Held = Held> = ReturnType<typeof createIdentities<H>>;

const firstRows = 1_024;
/** A length and the digest itself, 43 characters of base64url today. */
const digestBytes = 64;
const topicNames = catalogue.map(({ topic }) => topic);

/**
 * Kept events in columns outside the heap: as a million objects and their strings they made each full garbage collection
 * ten times as long.
 */
function createRows() {
  let capacity = 0;
  let digests = Buffer.alloc(0);
  let topics = new Uint8Array(0);
  let partitions = new Uint16Array(0);
  let offsets = new Float64Array(0);
  let timestamps = new Float64Array(0);
  let used = 0;
  const freed: number[] = [];

  const grow = (): void => {
    capacity = Math.max(firstRows, capacity * 2);
    const old = { digests, topics, partitions, offsets, timestamps };
    digests = Buffer.alloc(capacity * digestBytes);
    digests.set(old.digests);
    topics = new Uint8Array(capacity);
    topics.set(old.topics);
    partitions = new Uint16Array(capacity);
    partitions.set(old.partitions);
    offsets = new Float64Array(capacity);
    offsets.set(old.offsets);
    timestamps = new Float64Array(capacity);
    timestamps.set(old.timestamps);
  };
  const write = (row: number, { digest, topic, partition, offset, timestamp }: Kept): void => {
    if (digest.length >= digestBytes) throw new RangeError('the digest is longer than its place');
    digests[row * digestBytes] = digest.length;
    digests.write(digest, row * digestBytes + 1, 'latin1');
    topics[row] = topicNames.indexOf(topic);
    partitions[row] = partition;
    offsets[row] = offset;
    timestamps[row] = timestamp;
  };

  return {
    add(kept: Kept): number {
      const row = freed.pop() ?? used++;
      if (row >= capacity) grow();
      write(row, kept);
      return row;
    },
    write,
    read(row: number): Kept {
      const at = row * digestBytes;
      const topic = topicNames[topics[row] ?? 0];
      if (topic === undefined) throw new RangeError(`no topic ${topics[row]}`);
      return {
        digest: digests.toString('latin1', at + 1, at + 1 + (digests[at] ?? 0)),
        topic,
        partition: partitions[row] ?? 0,
        offset: offsets[row] ?? 0,
        timestamp: timestamps[row] ?? 0,
      };
    },
    timestamp: (row: number): number => timestamps[row] ?? 0,
    free(row: number): void {
      freed.push(row);
    },
  };
}
