import { type DeadLetter, type Kafka, readDeadLetters } from '@puebla/kit';
import { kindOfTopic } from '@puebla/schemas';

/** Of more in a topic the newest are looked at when letters are listed. */
const maxListed = 10_000;

/** The letters of a dead-letter topic, oldest first; of several with one name the last. Throws KafkaError. */
export async function newestLetters(kafka: Kafka, topic: string): Promise<DeadLetter[]> {
  const byName = new Map<string, DeadLetter>();
  for await (const { name, letter } of readDeadLetters(kafka, topic, { atMost: maxListed })) {
    if (letter === undefined) byName.delete(name);
    else byName.set(name, letter);
  }
  return [...byName.values()];
}

/** The letter of a record of this topic as it stands now, however old; undefined when there is none. Throws KafkaError. */
export async function findLetter(kafka: Kafka, topic: string, name: string): Promise<DeadLetter | undefined> {
  const kind = kindOfTopic(topic);
  if (kind === undefined) return undefined;
  let found: DeadLetter | undefined;
  for await (const entry of readDeadLetters(kafka, kind.deadTopic))
    if (entry.name === name) found = entry.letter;
  return found;
}
