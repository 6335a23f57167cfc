import { ends, type Kafka, readDeadLetters } from '@puebla/kit';
import { catalogue, type DeadStatus } from '@puebla/schemas';

/** How many dead letters wait to be settled, by kind. */
export interface DeadCounts {
  /** Reads what has come since the last time. Throws KafkaError. */
  look(): Promise<readonly DeadStatus[]>;
}

interface Known {
  next: number;
  /** When each was made, by its name: those that are open. */
  readonly open: Map<string, string>;
}

export function createDeadCounts(kafka: Kafka): DeadCounts {
  const known = new Map<string, Known>();
  const lookInto = async (topic: string, end: number): Promise<Known> => {
    const before = known.get(topic);
    // Above the end: the topic is another.
    const of =
      before === undefined || before.next > end ? { next: 0, open: new Map<string, string>() } : before;
    known.set(topic, of);
    if (of.next >= end) return of;
    for await (const { name, letter, record } of readDeadLetters(kafka, topic, { from: of.next })) {
      if (letter?.state === 'open') of.open.set(name, letter.time);
      else of.open.delete(name);
      of.next = record.offset + 1;
    }
    of.next = Math.max(of.next, end);
    return of;
  };
  return {
    async look() {
      const end = await ends(
        kafka,
        catalogue.map(({ deadTopic }) => deadTopic),
      );
      return Promise.all(
        catalogue.map(async ({ name: kind, deadTopic }) => {
          const { open } = await lookInto(deadTopic, end[deadTopic]?.[0] ?? 0);
          const [oldest = null] = [...open.values()].sort();
          return { kind, open: open.size, oldest };
        }),
      );
    },
  };
}
