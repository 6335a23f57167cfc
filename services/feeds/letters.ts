import {
  createPlaces,
  ends,
  follow,
  isTombstone,
  type Kafka,
  type Log,
  type Metrics,
  type Places,
  placeOfLetter,
  reached,
  refusedByView,
  starts,
  toLetter,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';

/** Places that are remembered; those of more letters would be read as events once their schema is known. */
const maxPlaces = 100_000;

/** Where there are dead letters. */
export interface Letters {
  /** Places that nobody reads as an event, whatever becomes of their letters: what was there comes back as a copy, or never. */
  readonly places: Pick<Places, 'size' | 'has'>;
  close(): Promise<void>;
}

/**
 * Follows the dead letters of every kind; resolves once those that there are now are known. One that the library's database
 * alone has refused is left out: it is an event, and was shown at its place. Throws KafkaError.
 */
export async function followLetters(options: { kafka: Kafka; log: Log; metrics: Metrics }): Promise<Letters> {
  const { kafka, log, metrics } = options;
  const topics = catalogue.map(({ deadTopic }) => deadTopic);
  const [from, target] = await Promise.all([starts(kafka, topics), ends(kafka, topics)]);
  const places = createPlaces(maxPlaces);
  const known = Promise.withResolvers<void>();
  if (reached(from, target)) known.resolve();
  const follower = follow(kafka, {
    topics,
    from,
    role: 'feeds-letters',
    onRecords(records, next) {
      for (const record of records) {
        const letter = toLetter(record);
        if (letter?.reason === refusedByView) continue;
        // Of one that was erased the name is left: what was recalled there does not come back either.
        const place = letter ?? (isTombstone(record) ? placeOfLetter(record.key ?? '') : undefined);
        if (place === undefined || places.add(place)) continue;
        log.error({ letters: maxPlaces }, 'there are more dead letters than the feeds remember');
      }
      metrics.letters.set(places.size);
      if (reached(next, target)) known.resolve();
    },
    onGap: (gap) => log.error(gap, 'the dead letters are not where they were: the broker has lost its log'),
    onTrouble: (error) => log.warn({ err: error }, 'the dead letters cannot be followed now'),
  });
  await Promise.race([known.promise, follower.done]);
  return { places, close: () => follower.close() };
}
