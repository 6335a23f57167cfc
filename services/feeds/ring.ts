import {
  copyOffsets,
  eachLane,
  type LaneRef,
  type MutableOffsets,
  type Offsets,
  offsetOf,
  setOffset,
} from '@puebla/kit';
import type { FeedEvent } from './event.ts';

/** What an event takes once readers have asked for it: the JSON of an alert is some three times its Avro. */
const decodedFactor = 4;
const overheadBytes = 512;

/**
 * The newest events in memory, in the order in which they were read. Bounded in bytes; what falls out is read from
 * Kafka again. `from` says for each lane from which offset on the ring is whole.
 */
export function createRing(maxBytes: number, begin: Offsets) {
  let events: (FeedEvent | undefined)[] = [];
  let firstSequence = 0;
  let dropped = 0;
  let bytes = 0;
  let restarts = 0;
  let from: MutableOffsets = copyOffsets(begin);

  const sizeOf = (event: FeedEvent): number => event.size * decodedFactor + overheadBytes;
  const drop = (event: FeedEvent): void => {
    bytes -= sizeOf(event);
    // Its place stays for a while; a thousand of the largest would take many times what the ring may.
    events[dropped] = undefined;
    dropped += 1;
    setOffset(from, event, event.offset + 1);
  };

  return {
    push(event: FeedEvent): void {
      events.push(event);
      bytes += sizeOf(event);
      for (let oldest = events[dropped]; bytes > maxBytes && oldest !== undefined; oldest = events[dropped]) {
        drop(oldest);
      }
      // Moving the rest down for each event that falls out would cost the whole ring each time.
      if (dropped > 1_000 && dropped > events.length / 2) {
        events = events.slice(dropped);
        firstSequence += dropped;
        dropped = 0;
      }
    },
    /** Empties events that were recalled; their places stay. */
    erase(isErased: (event: FeedEvent) => boolean): void {
      for (const event of events.slice(dropped)) {
        if (event === undefined || !isErased(event)) continue;
        bytes -= sizeOf(event);
        event.erase();
        bytes += sizeOf(event);
      }
    },
    /** Forgets everything: what is here lies nowhere in the log any more, which goes on at `position`. */
    restart(position: Offsets): void {
      firstSequence += events.length;
      events = [];
      dropped = 0;
      bytes = 0;
      from = copyOffsets(position);
      restarts += 1;
    },
    /** How often that was. */
    get restarts(): number {
      return restarts;
    },
    /** Whether everything from the position on is here. */
    covers(position: Offsets): boolean {
      return eachLane(from).every((lane: LaneRef) => offsetOf(position, lane) >= offsetOf(from, lane));
    },
    /** Number of the oldest event that is here. */
    get first(): number {
      return firstSequence + dropped;
    },
    /** Number that the next event will have. */
    get next(): number {
      return firstSequence + events.length;
    },
    at(sequence: number): FeedEvent | undefined {
      return sequence < firstSequence + dropped ? undefined : events[sequence - firstSequence];
    },
  };
}

export type Ring = ReturnType<typeof createRing>;
