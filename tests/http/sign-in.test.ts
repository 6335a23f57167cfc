import { randomUUID } from 'node:crypto';
import { clientSecrets, demoAudience, demoIssuer, mintToken, type Scope } from '@puebla/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAsSystem, refresh, signIn, tokensOf } from '../../services/directory/sign-in/flow.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf, untilPlaced } from '../stream/ways-out.ts';
import { openStream } from '../stream-client.ts';
import { expectProblem, linesOf, types } from './ask.ts';

/** Tokens of the embedded issuer, and what they open: on a whole exchange. */

const outWithinMs = 5_000;

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { topic: `puebla.directory.${randomUUID()}` } });
});
afterAll(() => exchange.close());

const get = async (path: string, token: string): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { headers: headersOf(token) });
const alert = () => exampleEvent('alert', randomUUID());

test('a person who has signed in publishes and reads as himself', async () => {
  const { access_token: token } = await signIn(exchange.url, 'mx-fgr/duty');
  const answer = await exchange.post(token, alert());
  expect([answer.status, await answer.json()]).toEqual([201, expect.objectContaining({ agency: 'mx-fgr' })]);
  expect((await get('/v1/events', token)).status).toBe(200);
  const { access_token: focal } = await signIn(exchange.url, 'mx-fgr/focal');
  expect((await get('/v1/directory/people', focal)).status).toBe(200);
  await expectProblem(await get('/v1/directory/people', token), 'not-permitted');
});

test('a system does with the secret of its agency', async () => {
  const secretOf = await clientSecrets(exchange.home);
  const { access_token: token } = tokensOf(await askAsSystem(exchange.url, 'gt-mp', secretOf('gt-mp')));
  expect((await exchange.post(token, alert())).status).toBe(201);
  expect((await get('/v1/events', token)).status).toBe(200);
});

describe('a token is for its scope alone', () => {
  const tokenFor = (scope: Scope): Promise<string> =>
    mintToken({
      home: exchange.home,
      agency: 'mx-fgr',
      person: 'focal',
      issuer: demoIssuer,
      audience: demoAudience,
      scope: [scope],
    });
  const lacks = async (answer: Response, scope: Scope): Promise<void> => {
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer realm="puebla", error="insufficient_scope", scope="${scope}"`,
    );
    await expectProblem(answer, 'insufficient-scope');
  };

  test('one for reading neither publishes, asks who would read, signs, nor changes anything', async () => {
    const token = await tokenFor('read');
    const send = (path: string, body: string, type: string): Promise<Response> =>
      fetch(`${exchange.url}${path}`, {
        method: 'POST',
        body,
        headers: { ...headersOf(token), 'Content-Type': type },
      });
    const one = JSON.stringify(alert());
    await lacks(await send('/v1/events', one, types.structured), 'publish');
    await lacks(await send('/v1/events', `[${one}]`, types.batch), 'publish');
    await lacks(await send('/v1/events', linesOf([alert()]), types.lines), 'publish');
    await lacks(await send('/v1/events/preview', one, types.structured), 'publish');
    await lacks(await send('/v1/drafts/mx-fgr/none/sign', '{}', types.json), 'publish');
    await lacks(await send('/v1/drafts/mx-fgr/none/return', '{}', types.json), 'publish');
    await lacks(await send('/v1/directory/people', '{}', types.json), 'publish');
    await lacks(await send('/v1/library/rebuild', '', types.json), 'publish');
    const taken = await fetch(`${exchange.url}/v1/drafts/mx-fgr/none`, {
      method: 'DELETE',
      headers: headersOf(token),
    });
    await lacks(taken, 'publish');
    expect((await get('/v1/events', token)).status).toBe(200);
  });

  test('one for publishing reads nothing, by no way out', async () => {
    const token = await tokenFor('publish');
    const kept = await exchange.post(token, alert());
    expect(kept.status).toBe(201);
    const { address } = (await kept.json()) as { address: string };
    const paths = [
      '/v1/events',
      '/v1/events/stream',
      address,
      '/v1/events/mx-fgr/none',
      address.replace('/events/', '/threads/'),
      '/v1/directory/agencies',
      '/v1/drafts',
      '/v1/drafts/mx-fgr/none',
    ];
    for (const path of paths) await lacks(await get(path, token), 'read');
  });

  test('who may not read cannot refer to anything either, whether it is there or not', async () => {
    const token = await tokenFor('publish');
    const id = randomUUID();
    expect((await exchange.post(token, exampleEvent('alert', id))).status).toBe(201);
    for (const first of [id, randomUUID()]) {
      const references = [`/v1/events/mx-fgr/${first}`];
      const update = exampleEvent('alert', randomUUID(), { messageType: 'UPDATE', references });
      await lacks(await exchange.post(token, update), 'read');
    }
  });
});

test('an agency that is ended is out within five seconds: its stream, its tokens, its refresh tokens, its system', async () => {
  const focal = (await signIn(exchange.url, 'sv-fgr/focal')).access_token;
  const change = (collection: string, row: object): Promise<Response> =>
    fetch(`${exchange.url}/v1/directory/${collection}`, {
      method: 'POST',
      headers: { ...headersOf(focal), 'Content-Type': types.json },
      body: JSON.stringify(row),
    });
  const term = { from: new Date().toISOString(), to: null };
  const name = { es: 'EJERCICIO', en: 'EXERCISE' };
  const row = { id: 'sv-exercise', participant: 'SV', name, ...term };
  expect((await change('agencies', row)).status).toBe(200);
  const duty = { agency: 'sv-exercise', id: 'duty', roles: ['publisher', 'analyst'], ...term };
  expect((await change('people', duty)).status).toBe(200);

  const secretOf = await clientSecrets(exchange.home);
  const asSystem = () => askAsSystem(exchange.url, 'sv-exercise', secretOf('sv-exercise'));
  const person = await signIn(exchange.url, 'sv-exercise/duty');
  const system = tokensOf(await asSystem());
  const streams = await Promise.all(
    [person, system].map(({ access_token: token }) => openStream(exchange.url, { token })),
  );
  await Promise.all(streams.map((stream) => untilPlaced(stream)));

  const began = Date.now();
  expect((await change('agencies', { ...row, to: new Date().toISOString() })).status).toBe(200);
  await Promise.all(streams.map(({ ended }) => ended));
  expect(Date.now() - began).toBeLessThan(onThisMachine(outWithinMs));
  for (const stream of streams) expect(stream.events.at(-1)?.event).toBe('reader-changed');
  for (const { access_token: token } of [person, system]) {
    await expectProblem(await exchange.post(token, alert()), 'agency-unknown');
    for (const path of [
      '/v1/events',
      '/v1/events/stream',
      '/v1/events/mx-fgr/none',
      '/v1/directory/agencies',
    ])
      await expectProblem(await get(path, token), 'agency-unknown');
  }
  expect(await refresh(exchange.url, person.refresh_token)).toEqual({ status: 400, error: 'invalid_grant' });
  expect(await asSystem()).toEqual({ status: 401, error: 'invalid_client' });
});

test('a restart: tokens that were minted go on, refresh tokens are forgotten, and people sign in again', async () => {
  const before = await signIn(exchange.url, 'mx-fgr/duty');
  const minted = await exchange.token('mx-fgr');
  await exchange.restart();
  expect((await get('/v1/events', minted)).status).toBe(200);
  expect(await refresh(exchange.url, before.refresh_token)).toEqual({ status: 400, error: 'invalid_grant' });
  expect((await get('/v1/events', (await signIn(exchange.url, 'mx-fgr/duty')).access_token)).status).toBe(
    200,
  );
});
