import { randomUUID } from 'node:crypto';
import { participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { openLanes } from '../stream/lanes.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectProblem, type Json, keptBy, postAs, whenApplied } from './ask.ts';

/** Answers to an event over HTTP: marked by it, in its lane, for its owner and who answers. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const post = (who: string, event: Json): Promise<Response> => postAs(exchange, who, event);
const kept = (who: string, event: Json): Promise<string> => keptBy(exchange, who, event);

const alert = (marking: Json): Json => ({ ...exampleEvent('alert', randomUUID()), ...marking });

function acknowledgement(of: string, answer = 'RECEIVED'): Json {
  const data = { of, answer, observation: null };
  return { specversion: '1.0', id: randomUUID(), type: 'acknowledgement', data };
}

async function read(who: string, address: string): Promise<{ status: number; event: Json }> {
  const headers = headersOf(await exchange.token(who), '*/*');
  const answer = await whenApplied(() => fetch(`${exchange.url}${address}`, { headers }));
  return { status: answer.status, event: (await answer.json()) as Json };
}

test('it is for the owner of the event and who answers, in the lane of the event', async () => {
  const of = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MEMBERS' }));
  const address = await kept('gt-pgn', acknowledgement(of, 'SEEN_HERE_TOO'));
  const thread = of.replace('/v1/events/', '');
  for (const who of ['mx-fgr', 'gt-pgn']) {
    const { status, event } = await read(who, address);
    expect([status, event['tlp'], event['readers'], event['thread']]).toEqual([
      200,
      'AMBER_STRICT',
      'mx-fgr',
      thread,
    ]);
  }
  for (const who of ['sv-fgr', 'mx-inm', 'gt-mp']) expect((await read(who, address)).status).toBe(404);
  const lanes = await openLanes();
  try {
    const stands = await lanes.find('puebla.alert', address.replace('/v1/events/', ''));
    expect(stands?.partition).toBe(participantOf('MX')?.lane);
  } finally {
    lanes.close();
  }
});

test('the thread shows each reader the answers that are for him', async () => {
  const of = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
  const answers = [await kept('gt-pgn', acknowledgement(of)), await kept('sv-fgr', acknowledgement(of))];
  const shown = async (who: string): Promise<string[]> => {
    const { event } = await read(who, of.replace('/events/', '/threads/'));
    return (event['items'] as Json[]).map(({ source, id }) => `/v1/events/${source}/${id}`);
  };
  expect(await shown('mx-fgr')).toEqual([of, ...answers]);
  expect(await shown('gt-pgn')).toEqual([of, answers[0]]);
  expect(await shown('hn-inm')).toEqual([of]);
});

test('a newer version goes on with a thread that has answers', async () => {
  const of = await kept('mx-fgr', alert({ tlp: 'AMBER' }));
  await kept('gt-pgn', acknowledgement(of));
  const data = { messageType: 'UPDATE', references: [of] };
  await kept('mx-fgr', { ...exampleEvent('alert', randomUUID(), data), tlp: 'AMBER' });
});

test('what one may not read is answered as what is not there', async () => {
  const rules = async (who: string, event: Json): Promise<unknown> => {
    const { violations } = await expectProblem(await post(who, event), 'invalid');
    return (violations as { pointer: string; rule: string }[]).map(({ pointer, rule }) => [pointer, rule]);
  };
  const strict = await kept('mx-fgr', alert({ tlp: 'AMBER_STRICT', audience: 'gt-pgn' }));
  expect(await rules('sv-fgr', acknowledgement(strict))).toEqual([['/data/of', 'thread/unknown']]);
  expect(await rules('sv-fgr', acknowledgement('/v1/events/mx-fgr/nothing'))).toEqual([
    ['/data/of', 'thread/unknown'],
  ]);
});

test('nobody acknowledges his own', async () => {
  const of = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
  const problem = await expectProblem(await post('mx-fgr', acknowledgement(of)), 'not-permitted');
  expect(problem['violations']).toMatchObject([{ pointer: '/data/of', rule: 'answer/own' }]);
});
