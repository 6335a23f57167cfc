import { randomUUID } from 'node:crypto';
import { connectKafka, ends, labelValues, offsetOf, readLane, type Sample, samplesIn } from '@puebla/kit';
import { agencies, metricEntries, participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { has, openStream } from '../stream-client.ts';
import { type Json, linesOf, types, uploadLines } from './ask.ts';

/** What operators see: figures, health, traces. */

let exchange: TestExchange;
let token = '';
beforeAll(async () => {
  exchange = await startTestExchange();
  token = await exchange.token('mx-fgr');
});
afterAll(() => exchange.close());

/** The exposition, parsed; fails when a line is none. */
async function samples(): Promise<Sample[]> {
  const answer = await fetch(`${exchange.url}/metrics`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return samplesIn(await answer.text());
}

async function counter(name: string, label: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name: found, labels, value } of await samples()) {
    const key = labels[label] ?? '';
    if (found === name) counts[key] = (counts[key] ?? 0) + value;
  }
  return counts;
}

const event = (kind = 'alert', more: Json = {}): Json => ({ ...exampleEvent(kind, randomUUID()), ...more });

describe('/metrics', () => {
  test('counts what was published by kind, and what was refused by code', async () => {
    const published = await counter('puebla_published_total', 'kind');
    const refused = await counter('puebla_refused_total', 'reason');
    await exchange.post(token, event());
    const twice = event('practice');
    for (const one of [twice, twice]) await exchange.post(token, one);
    await exchange.post(token, [event(), event(), event('alert', { tlp: 'NONE' })], {
      'Content-Type': types.batch,
    });
    await uploadLines(exchange, token, `${linesOf([event(), event('alert', { tlp: 'RED' })])}no JSON\n\n`);
    await exchange.post(undefined, event());
    await exchange.post(`${token}x`, event());
    await exchange.post(token, { ...twice, tlp: 'GREEN' });
    await fetch(`${exchange.url}/nothing`);
    await fetch(`${exchange.url}/v1/events?limit=x`);
    await fetch(`${exchange.url}/v1/events`, { headers: { X: 'x'.repeat(17_000) } });

    const more = (before: Record<string, number>, after: Record<string, number>) =>
      Object.fromEntries(
        Object.entries(after)
          .map(([label, value]) => [label, value - (before[label] ?? 0)] as const)
          .filter(([, value]) => value !== 0),
      );
    expect(more(published, await counter('puebla_published_total', 'kind'))).toEqual({
      alert: 4,
      practice: 2,
    });
    expect(more(refused, await counter('puebla_refused_total', 'reason'))).toEqual({
      'bad-json': 1,
      'bad-request': 1,
      'headers-too-large': 1,
      'id-conflict': 1,
      invalid: 1,
      'not-found': 1,
      'not-permitted': 1,
      'token-invalid': 1,
      'token-required': 1,
    });
  });

  test('has the figures of an exchange that works', async () => {
    const stream = await openStream(exchange.url, { token });
    const id = randomUUID();
    await exchange.post(token, exampleEvent('alert', id));
    await stream.until(has(id));
    const found = await samples();
    const figure = (name: string) => found.find((sample) => sample.name === name)?.value;
    expect(figure('puebla_subscribers')).toBe(1);
    for (const name of [
      'puebla_produce_seconds_count',
      'puebla_produce_batch_records_count',
      'puebla_end_to_end_seconds_count',
      'puebla_identities',
    ]) {
      expect([name, figure(name)]).toEqual([name, expect.any(Number)]);
      expect(figure(name)).toBeGreaterThan(0);
    }
    for (const name of ['puebla_evictions_total', 'puebla_lag_records']) {
      expect([name, figure(name) === undefined]).toEqual([name, false]);
    }
    stream.close();
  });

  test('has labels from fixed sets alone, whatever came in: no ids, no agencies', async () => {
    const marker = randomUUID();
    const junk = [`alert-${marker}`, marker, 'mx-fgr', '"\n{}', '__proto__'];
    for (const text of junk) {
      await exchange.post(token, event('alert', { type: text }));
      await exchange.post(encodeURIComponent(text), event());
      await exchange.post(token, text, { 'Content-Type': types.lines });
      const headers = {
        'ce-specversion': '1.0',
        'Content-Type': types.json,
        'ce-type': encodeURIComponent(text),
      };
      await exchange.post(token, '{}', headers);
      await fetch(`${exchange.url}/v1/events?kind=${encodeURIComponent(text)}`);
      await fetch(`${exchange.url}/v1/events/${encodeURIComponent(text)}/${marker}`);
      await fetch(`${exchange.url}/${encodeURIComponent(text)}`, { method: 'DELETE' });
    }
    const own = (await samples()).filter(({ name }) => name.startsWith('puebla_'));
    for (const { name, labels } of own) {
      const listed = metricEntries.find((entry) => name.replace(/_(bucket|sum|count)$/, '') === entry.name);
      for (const [label, value] of Object.entries(labels)) {
        const set = listed?.labels[label];
        if (label === 'le') expect(value).toMatch(/^(\+Inf|[0-9.]+)$/);
        else
          expect([name, label, set && labelValues[set]]).toEqual([
            name,
            label,
            expect.arrayContaining([value]),
          ]);
      }
    }
    const text = await (await fetch(`${exchange.url}/metrics`)).text();
    expect(text).not.toContain(marker);
    for (const { id } of agencies) expect(text).not.toContain(`"${id}"`);
  });
});

describe('health', () => {
  test('/livez is alive, /readyz has one line a dependency', async () => {
    const live = await fetch(`${exchange.url}/livez`);
    expect([live.status, await live.text()]).toEqual([200, 'ok\n']);
    const ready = await fetch(`${exchange.url}/readyz`);
    const lines = (await ready.text()).trim().split('\n');
    for (const line of lines) expect(line).toMatch(/^(ok|failed) [a-z.-]+: \S.*$/);
    const checks = lines.map((line) => line.split(/[ :]/)[1]);
    expect(new Set(checks).size).toBe(checks.length);
    expect(checks).toEqual(
      expect.arrayContaining(['gateway.kafka', 'gateway.schemas', 'feeds.kafka', 'database']),
    );
    expect(ready.status).toBe(lines.every((line) => line.startsWith('ok ')) ? 200 : 503);
  });
});

describe('the trace of a request', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  const wellFormed = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

  /** Sends events, each in its way; gives what the log and a subscriber have of each. */
  async function follow(
    send: (id: string) => Promise<unknown>,
  ): Promise<{ logged: unknown; streamed: unknown }> {
    const kafka = connectKafka({ brokers: [testStack().kafka], clientId: 'test', callTimeoutMs: 20_000 });
    const lane = { topic: 'puebla.alert', partition: participantOf('MX')?.lane ?? -1 };
    const stream = await openStream(exchange.url, { token });
    try {
      const from = offsetOf(await ends(kafka, [lane.topic]), lane);
      const id = randomUUID();
      await send(id);
      await stream.until(has(id));
      const streamed = stream.events.map(({ data }) => data as Json).find((data) => data['id'] === id);
      const to = offsetOf(await ends(kafka, [lane.topic]), lane);
      let logged: string | undefined;
      for await (const records of readLane(kafka, 'test', { ...lane, from, to })) {
        logged ??= records.find(({ headers }) => headers['ce_id'] === id)?.headers['ce_traceparent'];
      }
      return { logged, streamed: streamed?.['traceparent'] };
    } finally {
      stream.close();
      kafka.close();
    }
  }
  const alert = (id: string, more: Json = {}): Json => ({
    ...exampleEvent('alert', id),
    traceparent: undefined,
    ...more,
  });

  test('is in the record and with the subscriber, in every content mode', async () => {
    const headers = { traceparent };
    const ways: ((id: string) => Promise<unknown>)[] = [
      (id) => exchange.post(token, alert(id), headers),
      (id) => exchange.post(token, [alert(id)], { ...headers, 'Content-Type': types.batch }),
      (id) => uploadLines(exchange, token, linesOf([alert(id)]), { headers }),
      (id) => exchange.post(token, alert(id, { traceparent })),
      (id) => {
        const other = traceparent.replace('0af', 'fff');
        return exchange.post(token, alert(id, { traceparent }), { traceparent: other });
      },
    ];
    for (const way of ways) expect(await follow(way)).toEqual({ logged: traceparent, streamed: traceparent });
  });

  test.each([
    'rubbish',
    traceparent.toUpperCase(),
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `${traceparent}-x`,
  ])('is left out when it is malformed: %s', async (broken) => {
    for (const send of [
      (id: string) => exchange.post(token, alert(id), { traceparent: broken }),
      (id: string) => exchange.post(token, alert(id, { traceparent: broken })),
    ]) {
      const { logged, streamed } = await follow(send);
      expect(logged).toMatch(wellFormed);
      expect(logged).not.toContain(broken);
      expect(streamed).toBe(logged);
    }
  });
});
