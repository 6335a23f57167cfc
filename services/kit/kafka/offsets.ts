/** Next offset to read, by topic and partition. A lane that is not listed stands at its start. */
export type Offsets = Readonly<Record<string, readonly number[]>>;

/** The same, while somebody is moving it. */
export type MutableOffsets = Record<string, number[]>;

export interface LaneRef {
  readonly topic: string;
  readonly partition: number;
}

/** A lane as the key of a map. */
export function laneKey({ topic, partition }: LaneRef): string {
  return `${topic} ${partition}`;
}

export function copyOffsets(offsets: Offsets): MutableOffsets {
  return Object.fromEntries(Object.entries(offsets).map(([topic, lanes]) => [topic, [...lanes]]));
}

export function offsetOf(offsets: Offsets, { topic, partition }: LaneRef): number {
  return offsets[topic]?.[partition] ?? 0;
}

/** Sets one lane, filling lanes that the topic has not listed yet with their start. */
export function setOffset(offsets: MutableOffsets, { topic, partition }: LaneRef, offset: number): void {
  let lanes = offsets[topic];
  if (lanes === undefined) {
    lanes = [];
    offsets[topic] = lanes;
  }
  while (lanes.length <= partition) lanes.push(0);
  lanes[partition] = offset;
}

export function eachLane(offsets: Offsets): LaneRef[] {
  return Object.entries(offsets).flatMap(([topic, lanes]) =>
    lanes.map((_, partition) => ({ topic, partition })),
  );
}

/** Sets every lane that `to` lists. */
export function setOffsets(offsets: MutableOffsets, to: Offsets): void {
  for (const [topic, lanes] of Object.entries(to)) {
    let moving = offsets[topic];
    if (moving === undefined) {
      moving = [];
      offsets[topic] = moving;
    }
    for (const [partition, offset] of lanes.entries()) moving[partition] = offset;
  }
}

/** True when every lane of `of` stands at least where `target` has it. */
export function reached(of: Offsets, target: Offsets): boolean {
  return Object.entries(target).every(([topic, lanes]) => {
    const stand = of[topic];
    return lanes.every((offset, partition) => (stand?.[partition] ?? 0) >= offset);
  });
}
