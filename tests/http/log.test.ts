import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientSecrets, demoAudience, demoIssuer, mintToken } from '@puebla/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { hasStarted } from '../../infra/welcome.ts';
import {
  askAsSystem,
  codeFor,
  newProof,
  redeem,
  refresh,
  tokensOf,
} from '../../services/directory/sign-in/flow.ts';
import { exampleEvent } from '../exchange.ts';
import { randomWord } from '../random-word.ts';
import { has, openStream } from '../stream-client.ts';
import { type Json, types, whenApplied } from './ask.ts';

/** A random marker in every string of an event, and tokens, are looked for in everything that the process writes (rules.md). */

let child: ChildProcess;
let home = '';
let url = '';
let written = '';

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-log-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const { kafka, registryUrl, databaseUrl } = testStack();
  child = spawn(process.execPath, [join(import.meta.dirname, '../../infra/start.ts')], {
    env: {
      ...process.env,
      PUEBLA_HOME: home,
      PUEBLA_PORT: String(port),
      KAFKA_BROKERS: kafka,
      REGISTRY_URL: registryUrl,
      DATABASE_URL: databaseUrl,
      LOG_LEVEL: 'debug',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      written += text;
    });
  }
  const deadline = Date.now() + 150_000;
  while (!hasStarted(written)) {
    if (Date.now() > deadline || child.exitCode !== null) throw new Error(`not ready:\n${written}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});
afterAll(async () => {
  if (child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await rm(home, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** The value with the marker in every text that is free. */
function marked(value: unknown, marker: string): unknown {
  if (typeof value === 'string') return /[a-z] |:\/\//.test(value) ? `${value}${marker}` : value;
  if (Array.isArray(value)) return value.map((item) => marked(item, marker));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, marked(item, marker)]));
}

/** The same in every text, free or not: nobody takes such an event. */
function ruined(value: unknown, marker: string): unknown {
  if (typeof value === 'string') return `${value}${marker}`;
  if (Array.isArray(value)) return value.map((item) => ruined(item, marker));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [`${name}${marker}`, ruined(item, marker)]),
  );
}

test('at debug, nothing of an event, a token, a filter or a cursor is in the log', async () => {
  const marker = randomWord();
  const mint = (agency: string, audience = demoAudience) =>
    mintToken({ home, agency, issuer: demoIssuer, audience, ttlSeconds: 900 });
  const token = await mint('mx-fgr');
  const foreign = await mint('mx-fgr', 'another');
  const post = (body: string, type: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${url}/v1/events`, {
      method: 'POST',
      body,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': type, ...headers },
    });
  const get = (path: string): Promise<Response> =>
    fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  const stream = await openStream(url, { token, query: '?publisher=mx-fgr' });
  const good = (kind: string): Json => ({
    ...(marked(exampleEvent(kind, 'x'), marker) as Json),
    id: `${marker}-${kind}`,
    subject: marker,
  });
  const statuses: number[] = [];
  const note = async (answering: Promise<Response>): Promise<string> => {
    const answer = await answering;
    statuses.push(answer.status);
    return answer.text();
  };

  // Taken, read and streamed.
  for (const kind of ['alert', 'practice']) {
    const event = good(kind);
    const kept = JSON.parse(await note(post(JSON.stringify(event), types.structured))) as Json;
    await note(post(JSON.stringify(event), types.structured));
    expect(await note(whenApplied(() => get(String(kept['address']))))).toContain(marker);
    await note(get(`/v1/events?cursor=${kept['receipt']}`));
  }
  await stream.until(has(`${marker}-practice`));
  stream.close();
  expect(statuses.slice(0, 3)).toEqual([201, 201, 200]);

  // Refused in every way.
  const event = good('alert');
  for (const body of [
    JSON.stringify(ruined(event, marker)),
    JSON.stringify({ ...event, data: ruined(event['data'], marker) }),
    JSON.stringify({ ...event, tlp: 'GREEN' }),
    JSON.stringify({ ...event, tlp: 'RED' }),
    JSON.stringify({ ...event, source: marker }),
    JSON.stringify(event).slice(0, -5),
    `${marker} is no JSON`,
  ]) {
    await note(post(body, types.structured));
    await note(post(`[${body}]`, types.batch));
    await note(post(`${body}\n${body}`, types.lines));
    await note(
      post(body, types.json, { 'ce-specversion': '1.0', 'ce-id': marker, 'ce-subject': `%zz${marker}` }),
    );
    await note(post(body, `text/${marker}`));
  }
  await note(post(JSON.stringify(event), types.structured, { Authorization: `Bearer ${foreign}` }));
  await note(post(JSON.stringify(event), types.structured, { Authorization: `Basic ${marker}` }));
  await note(post(JSON.stringify(event), types.structured, { 'Idempotency-Key': marker.repeat(20) }));
  await note(post(JSON.stringify(event), types.structured, { traceparent: marker, Cookie: marker }));
  for (const path of [
    `/v1/events?kind=${marker}`,
    `/v1/events?since=${marker}`,
    `/v1/events?cursor=${marker}&access_token=${token}`,
    `/v1/events/${marker}/${marker}`,
    `/v1/events/mx-fgr/${marker}`,
    `/${marker}?token=${token}`,
    `/v1/events/%zz/${marker}`,
  ]) {
    await note(get(path));
  }
  expect(new Set(statuses)).toEqual(new Set([200, 201, 207, 400, 401, 403, 404, 409, 415, 422]));

  // Signed in, and refused to.
  const secret = (await clientSecrets(home))('mx-fgr');
  const { access_token: systems } = tokensOf(await askAsSystem(url, 'mx-fgr', secret));
  const proof = newProof();
  const code = await codeFor(url, 'mx-fgr/duty', proof);
  const persons = tokensOf(await redeem(url, code, proof.verifier));
  await refresh(url, persons.refresh_token);
  for (let again = 0; again < 2; again += 1) {
    await refresh(url, persons.refresh_token);
    await redeem(url, code, proof.verifier);
    await askAsSystem(url, 'gt-mp', secret);
  }
  const ofSignIn = [
    secret,
    systems,
    code,
    ...Object.values(proof),
    persons.access_token,
    persons.refresh_token,
  ];

  child.kill('SIGTERM');
  await once(child, 'exit');
  // It did write, a line for each request.
  expect(written.split('"msg":"request"').length).toBeGreaterThan(40);
  for (const hidden of [
    marker,
    token,
    foreign,
    token.split('.')[2] ?? token,
    foreign.split('.')[2] ?? foreign,
    ...ofSignIn,
  ]) {
    expect(written.split('\n').filter((line) => line.includes(hidden))).toEqual([]);
  }
});
