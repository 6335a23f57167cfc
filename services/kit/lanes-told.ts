import { participants } from '@puebla/schemas';
import { eachLane, type Offsets, offsetOf } from './kafka/offsets.ts';
import type { Metrics } from './metrics.ts';

/** How far a service has come in each lane, and what is left of it, by whose the lane is. */
export function tellLanes(
  metrics: Pick<Metrics, 'position' | 'lagRecords'>,
  service: 'feeds' | 'library',
  { positions, ends }: { readonly positions: Offsets; readonly ends: Offsets },
): void {
  for (const lane of eachLane(positions)) {
    const participant = participants[lane.partition]?.code;
    if (participant === undefined) continue;
    const labels = { service, topic: lane.topic, participant };
    metrics.position.set(labels, offsetOf(positions, lane));
    metrics.lagRecords.set(labels, behindIn(positions, ends, lane.topic, lane.partition));
  }
}

/** Records that are not handled yet, in all lanes. */
export function behind({ positions, ends }: { readonly positions: Offsets; readonly ends: Offsets }): number {
  return eachLane(ends).reduce(
    (sum, { topic, partition }) => sum + behindIn(positions, ends, topic, partition),
    0,
  );
}

function behindIn(positions: Offsets, ends: Offsets, topic: string, partition: number): number {
  const lane = { topic, partition };
  return Math.max(0, offsetOf(ends, lane) - offsetOf(positions, lane));
}
