import {
  type DeadLetter,
  isLoopback,
  type Kafka,
  ProblemError,
  readDeadLetters,
  type Service,
} from '@puebla/kit';
import { catalogue, kindOfTopic } from '@puebla/schemas';
import express, { type Request } from 'express';

/** Of a longer value the beginning is shown. */
const maxShownBytes = 64 * 1024;
const defaultLimit = 100;
const maxLimit = 1_000;
/** Of more in a topic the newest are looked at. */
const maxLetters = 10_000;

/**
 * The monitor: what is stuck. Dead letters so far. For operators alone (rules.md); until roles can say who that is, for whoever is on
 * the machine itself, and for others there is nothing here.
 *
 * Routes: `GET /v1/dead` (`kind`, `limit` to 1,000; newest first) and `GET /v1/dead/{topic}/{partition}/{offset}`.
 */
export function startMonitor({ kafka }: { readonly kafka: Kafka }): Service {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.use('/v1/dead', (request, response, next) => {
    if (!isLoopback(request.socket.remoteAddress)) throw new ProblemError('not-found');
    response.set('Cache-Control', 'private, no-store');
    next();
  });
  router.get('/v1/dead', async (request, response) => {
    const topics = deadTopicsAsked(request);
    const limit = limitAsked(request);
    const letters = (await Promise.all(topics.map((topic) => readLetters(kafka, topic)))).flat();
    letters.sort((a, b) => b.record.timestamp - a.record.timestamp);
    response.json({ items: letters.slice(0, limit).map(itemOf), total: letters.length });
  });
  router.get('/v1/dead/:topic/:partition/:offset', async (request, response) => {
    const { topic, partition, offset } = request.params;
    const kind = kindOfTopic(topic);
    const letters = kind === undefined ? [] : await readLetters(kafka, kind.deadTopic);
    const letter = letters.find(({ name }) => name === `${topic}/${partition}/${offset}`);
    if (letter === undefined) throw new ProblemError('not-found');
    response.json(detailsOf(letter));
  });
  return { name: 'monitor', router, checks: async () => [], close: async () => {} };
}

/** Oldest first; of several with one name the last. */
async function readLetters(kafka: Kafka, topic: string): Promise<DeadLetter[]> {
  const byName = new Map<string, DeadLetter>();
  for await (const letter of readDeadLetters(kafka, topic, maxLetters)) byName.set(letter.name, letter);
  return [...byName.values()];
}

function deadTopicsAsked({ query }: Request): readonly string[] {
  const asked = query['kind'];
  const kinds = asked === undefined ? catalogue : catalogue.filter(({ name }) => name === asked);
  if (kinds.length === 0) {
    const names = catalogue.map(({ name }) => name).join(', ');
    throw new ProblemError('bad-request', { detail: `kind is one of ${names}` });
  }
  return kinds.map(({ deadTopic }) => deadTopic);
}

function limitAsked({ query }: Request): number {
  const limit = Number(query['limit'] ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new ProblemError('bad-request', { detail: `limit is a number from 1 to ${maxLimit}` });
  }
  return limit;
}

function itemOf({ name, topic, partition, offset, reason, time, record }: DeadLetter) {
  return { name, topic, partition, offset, reason, time, size: record.value?.length ?? 0 };
}

function detailsOf(letter: DeadLetter) {
  const { headers, value } = letter.record;
  const bytes = value ?? Buffer.alloc(0);
  return {
    ...itemOf(letter),
    headers,
    value: bytes.subarray(0, maxShownBytes).toString('base64'),
    whole: bytes.length <= maxShownBytes,
  };
}
