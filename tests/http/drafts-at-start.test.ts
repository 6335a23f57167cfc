import { randomUUID } from 'node:crypto';
import { ends, identityOf, readLane, starts } from '@puebla/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { askAgain } from '../../services/kit/ask-again.ts';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { exampleEvent } from '../exchange.ts';
import { type Json, types } from './ask.ts';
import { leave } from './drafts.ts';
import { startTestGateway } from './gateway-alone.ts';

/** A gateway that was ended between publishing what was signed and taking its draft away starts again, and is asked at once. */

let proxy: FaultProxy;
beforeAll(async () => {
  const [host = '', port = ''] = testStack().kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
});
afterAll(() => proxy.close());

type TestGateway = Awaited<ReturnType<typeof startTestGateway>>;

async function ask(gateway: TestGateway, path: string, who: string, method: string, body?: object) {
  const type = body === undefined ? types.json : types.structured;
  const headers = { authorization: `Bearer ${await gateway.token(who)}`, 'content-type': type };
  return fetch(`${gateway.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

/** How often it is in the log. */
async function timesPublished({ kafka }: TestGateway, identity: string): Promise<number> {
  const topic = 'puebla.decision';
  const [from, to] = [await starts(kafka, [topic]), await ends(kafka, [topic])];
  let times = 0;
  for (const [partition, end] of (to[topic] ?? []).entries()) {
    const lane = { topic, partition, from: from[topic]?.[partition] ?? 0, to: end };
    for await (const records of readLane(kafka, 'times', lane))
      times += records.filter(({ key }) => key !== null && identityOf(key) === identity).length;
  }
  return times;
}

/** What a gateway leaves that is ended behind publishing it; gives its address as a draft. */
async function publishedAndLeft(gateway: TestGateway): Promise<string> {
  const id = randomUUID();
  const body = { step: 'RECOMMENDED', references: [], followUp: null };
  const event: Json = { ...exampleEvent('decision', id, body), tlp: 'AMBER' };
  const draft = `/v1/drafts/ppt-office/${id}`;
  expect(
    (await askAgain(60_000, () => ask(gateway, '/v1/events', 'ppt-office/duty', 'POST', event))).status,
  ).toBe(202);
  expect(
    (await askAgain(60_000, () => ask(gateway, `${draft}/sign`, 'ppt-office/releaser', 'POST'))).status,
  ).toBe(201);
  const of = {
    agency: 'ppt-office',
    id,
    kind: 'decision',
    author: 'duty',
    signer: 'ppt-office',
    reason: null,
  };
  await leave({ ...of, time: '2026-01-01T00:00:00Z', state: 'WAITING', event });
  return draft;
}

test.each([
  { act: 'sign', method: 'POST', who: 'releaser', status: 201 },
  { act: '', method: 'DELETE', who: 'duty', status: 404 },
])('$method $act', async ({ act, method, who, status }) => {
  const before = await startTestGateway({});
  const draft = await publishedAndLeft(before);
  // Its lanes take long to be read back.
  proxy.delay(150);
  const after = await startTestGateway({ via: () => proxy.address, unready: true });
  try {
    const path = act === '' ? draft : `${draft}/${act}`;
    const answer = await askAgain(60_000, () => ask(after, path, `ppt-office/${who}`, method));
    expect(answer.status).toBe(status);
    expect(await timesPublished(before, draft.replace('/v1/drafts/', ''))).toBe(1);
  } finally {
    proxy.heal();
    await Promise.all([before.close(), after.close()]);
  }
});
