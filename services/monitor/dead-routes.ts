import {
  type DeadLetter,
  type Kafka,
  type LetterState,
  letterStates,
  mayOperate,
  type OperatorTrust,
  ProblemError,
  scopeFor,
} from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import express, { type Request, type Router } from 'express';
import { findLetter, newestLetters } from './letters.ts';
import type { Settling } from './settle.ts';

/** Of a longer value the beginning is shown. */
const maxShownBytes = 64 * 1024;
const defaultLimit = 100;
const maxLimit = 1_000;
/** Dead letters: `GET /v1/dead` and those of each letter. To whom they are not for there is nothing here. */
export function createDeadRoutes({
  kafka,
  settling,
  trust,
}: {
  readonly kafka: Kafka;
  readonly settling: Settling;
  readonly trust: OperatorTrust;
}): Router {
  const router = express.Router({ strict: true, caseSensitive: true });
  router.use('/v1/dead', async (request, response, next) => {
    const scope = request.method === 'POST' ? scopeFor.settleLetters : scopeFor.operate;
    if (!(await mayOperate(request, trust, scope))) throw new ProblemError('not-found');
    response.set('Cache-Control', 'private, no-store');
    next();
  });
  router.get('/v1/dead', async (request, response) => {
    const topics = deadTopicsAsked(request);
    const limit = limitAsked(request);
    const states = statesAsked(request);
    const letters = (await Promise.all(topics.map((topic) => newestLetters(kafka, topic))))
      .flat()
      .filter(({ state }) => states.includes(state));
    letters.sort((a, b) => b.record.timestamp - a.record.timestamp);
    response.json({ items: letters.slice(0, limit).map(itemOf), total: letters.length });
  });
  const ofLetter = '/v1/dead/:topic/:partition/:offset';
  router.get(ofLetter, async (request, response) => {
    const { topic, name } = nameIn(request.params);
    const letter = await findLetter(kafka, topic, name);
    if (letter === undefined) throw new ProblemError('not-found');
    response.json(switchAsked(request, 'masked') ? maskedOf(letter) : detailsOf(letter));
  });
  router.post(`${ofLetter}/redrive`, async (request, response) => {
    const { topic, name } = nameIn(request.params);
    const options = { dryRun: switchAsked(request, 'dry-run'), force: switchAsked(request, 'force') };
    response.json(await settling.redrive(topic, name, options));
  });
  router.post(`${ofLetter}/discard`, async (request, response) => {
    const { topic, name } = nameIn(request.params);
    response.json(await settling.discard(topic, name, { dryRun: switchAsked(request, 'dry-run') }));
  });
  return router;
}

function nameIn({ topic, partition, offset }: { topic: string; partition: string; offset: string }) {
  return { topic, name: `${topic}/${partition}/${offset}` };
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

function statesAsked({ query }: Request): readonly LetterState[] {
  const asked = query['state'] ?? 'open';
  const states = letterStates.filter((state) => asked === 'all' || asked === state);
  if (states.length > 0) return states;
  throw new ProblemError('bad-request', { detail: `state is one of ${letterStates.join(', ')}, all` });
}

function switchAsked({ query }: Request, name: 'dry-run' | 'force' | 'masked'): boolean {
  const asked = query[name] ?? 'false';
  if (asked !== 'true' && asked !== 'false') {
    throw new ProblemError('bad-request', { detail: `${name} is true or false` });
  }
  return asked === 'true';
}

function limitAsked({ query }: Request): number {
  const limit = Number(query['limit'] ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > maxLimit) {
    throw new ProblemError('bad-request', { detail: `limit is a number from 1 to ${maxLimit}` });
  }
  return limit;
}

function itemOf(letter: DeadLetter) {
  const { name, topic, partition, offset, state, reason, attempt, time, record } = letter;
  return { name, topic, partition, offset, state, reason, attempt, time, size: record.value?.length ?? 0 };
}

/** What a letter is, and nothing that a publisher has written into it. */
function maskedOf(letter: DeadLetter) {
  return { ...itemOf(letter), headerNames: Object.keys(letter.record.headers) };
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
