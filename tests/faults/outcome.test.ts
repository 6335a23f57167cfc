import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { askAgain } from '../../services/kit/ask-again.ts';
import { type FaultProxy, startFaultProxy } from '../../services/kit/kafka/fault-proxy.ts';
import { onThisMachine, quickest } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { openStream } from '../stream-client.ts';

/** Design, life of an event, step 3: one event in every reader's eyes, and the publisher told the truth each time. */

let proxy: FaultProxy;
/** Its gateway reaches the broker through the proxy. */
let exchange: TestExchange;
/** Beside it, straight to the broker: an independent reader. */
let other: TestExchange;
let token = '';
/** When the present test began: other tests have written into the same log. */
let began = '';

beforeAll(async () => {
  const [host = '', port = ''] = testStack().kafka.split(':');
  proxy = await startFaultProxy({ host, port: Number(port) });
  other = await startTestExchange();
  exchange = await startTestExchange({ via: () => proxy.address });
  token = await exchange.token('mx-fgr');
});
afterAll(async () => {
  proxy.heal();
  await exchange.close();
  await other.close();
  await proxy.close();
});
beforeEach(async () => {
  began = new Date().toISOString();
  proxy.heal();
  await untilPublishes();
});

async function untilPublishes(): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const answer = await exchange.postOnce(token, exampleEvent('alert', `probe-${randomUUID()}`));
    if (answer.status === 201) return;
    if (Date.now() > deadline) throw new Error(`does not recover: ${answer.status} ${await answer.text()}`);
    await sleep(100);
  }
}

/** Posts until the outcome is told, as a publisher does; gives all answers. */
async function postUntilKnown(event: object): Promise<{ status: number; body: Record<string, unknown> }[]> {
  const answers: { status: number; body: Record<string, unknown> }[] = [];
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const answer = await exchange.postOnce(token, event);
    answers.push({ status: answer.status, body: (await answer.json()) as Record<string, unknown> });
    if (answer.status !== 503) return answers;
    await sleep(100);
  }
  throw new Error('no outcome within 20 s');
}

/** How often an independent reader and one of the same exchange see each of these ids, from history. */
async function timesSeen(ids: readonly string[]): Promise<number[][]> {
  const marker = `marker-${randomUUID()}`;
  await exchange.postOnce(token, exampleEvent('alert', marker));
  return Promise.all(
    [exchange, other].map(async ({ url }) => {
      const stream = await openStream(url, { query: `?since=${began}&publisher=mx-fgr` });
      await stream.until(() => stream.ids().includes(marker), 20_000);
      stream.close();
      return ids.map((id) => stream.ids().filter((seen) => seen === id).length);
    }),
  );
}

describe('an event whose outcome is open', () => {
  test('the broker’s answer is lost: one event, the publisher gets its 201', async () => {
    const id = randomUUID();
    const lost = proxy.loseNextAnswer();
    const answers = await postUntilKnown(exampleEvent('alert', id));
    await lost;
    expect(answers.at(-1)?.status).toBe(201);
    expect(answers.at(-1)?.body).toMatchObject({ id, agency: 'mx-fgr', address: `/v1/events/mx-fgr/${id}` });
    expect(await timesSeen([id])).toEqual([[1], [1]]);
  });

  test('the request is delivered late, after its event was sent again: one event', async () => {
    const id = randomUUID();
    const held = proxy.holdNextRequest();
    const posting = postUntilKnown(exampleEvent('alert', id));
    const request = await held;
    await posting;
    await request.deliver();
    expect(await timesSeen([id])).toEqual([[1], [1]]);
  });

  test('the request is delivered while its event is being looked for: one event', async () => {
    const ids: string[] = [];
    for (const delayMs of [1_450, 1_500, 1_550, 1_600]) {
      const id = randomUUID();
      ids.push(id);
      const held = proxy.holdNextRequest();
      const posting = postUntilKnown(exampleEvent('alert', id));
      const request = await held;
      await sleep(delayMs);
      await request.deliver();
      expect((await posting).at(-1)?.status).toBe(201);
    }
    const once = ids.map(() => 1);
    expect(await timesSeen(ids)).toEqual([once, once]);
  });

  test('a broker that hangs: 503 within 2 s with outcome unknown, then the same id gets 201, one event', async () => {
    proxy.silence();
    const { ms, got } = await quickest(2_200, async () => {
      const id = randomUUID();
      return { id, first: await exchange.postOnce(token, exampleEvent('alert', id)) };
    });
    expect(ms).toBeLessThan(onThisMachine(2_200));
    const { id, first } = got;
    expect(first.status).toBe(503);
    expect(first.headers.get('retry-after')).toBe('2');
    expect(await first.json()).toMatchObject({ code: 'outcome-unknown', outcome: 'unknown' });
    proxy.heal();
    const answers = await postUntilKnown(exampleEvent('alert', id));
    expect(answers.at(-1)?.status).toBe(201);
    expect(await timesSeen([id])).toEqual([[1], [1]]);
  });

  test('a retry with another body while the outcome is open is refused', async () => {
    const id = randomUUID();
    proxy.silence();
    const first = exchange.postOnce(token, exampleEvent('alert', id));
    await sleep(100);
    const second = await exchange.postOnce(token, exampleEvent('alert', id, { urgency: 'PAST' }));
    expect(second.status).toBe(409);
    expect((await first).status).toBe(503);
    proxy.heal();
    await postUntilKnown(exampleEvent('alert', id));
    expect(await timesSeen([id])).toEqual([[1], [1]]);
  });

  test('a retry at the same moment as its first try joins it: the same answer, one event', async () => {
    const id = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => exchange.postOnce(token, exampleEvent('alert', id))),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 201));
    expect(await timesSeen([id])).toEqual([[1], [1]]);
  });

  test.each(['silence', 'down'] as const)(
    'a retry of what is kept, while the broker cannot be asked for its receipt (%s), is not told that nothing was kept',
    async (fault) => {
      const event = exampleEvent('alert', randomUUID());
      expect((await exchange.postOnce(token, event)).status).toBe(201);
      proxy[fault]();
      const { ms, got: retry } = await quickest(2_200, () => exchange.postOnce(token, event));
      expect(ms).toBeLessThan(onThisMachine(2_200));
      expect([retry.status, await retry.json()]).toEqual([
        503,
        expect.objectContaining({ code: 'outcome-unknown', outcome: 'unknown' }),
      ]);
      proxy.heal();
      expect((await postUntilKnown(event)).at(-1)?.status).toBe(201);
    },
  );

  test('a retry after a restart gets the same answer; with another body it is refused', async () => {
    const id = randomUUID();
    const event = exampleEvent('alert', id);
    const first = (await (await exchange.postOnce(token, event)).json()) as Record<string, unknown>;
    await exchange.restart();
    const again = await exchange.postOnce(token, event);
    expect(again.status).toBe(201);
    const { receipt: _first, ...expected } = first;
    expect(await again.json()).toMatchObject(expected);
    const changed = await exchange.postOnce(token, exampleEvent('alert', id, { urgency: 'PAST' }));
    expect(changed.status).toBe(409);
    const asOtherKind = await exchange.postOnce(token, exampleEvent('practice', id));
    expect(asOtherKind.status).toBe(409);
    expect(await timesSeen([id])).toEqual([[1], [1]]);
  });

  test('faults at random under load: every acknowledged event is seen once, no other twice', async () => {
    const run = randomUUID();
    const acknowledged = new Set<string>();
    const tried: string[] = [];
    const until = Date.now() + 8_000;
    const faults = (async () => {
      while (Date.now() < until - 1_500) {
        await sleep(200 + Math.random() * 400);
        const pick = Math.random();
        if (pick < 0.4) proxy.cut();
        else if (pick < 0.7) {
          proxy.silence();
          await sleep(300);
          proxy.heal();
        } else {
          proxy.down();
          await sleep(200);
          proxy.heal();
        }
      }
    })();
    await Promise.all(
      Array.from({ length: 16 }, async (_, worker) => {
        for (let n = 0; Date.now() < until; n += 1) {
          const id = `${run}-${worker}-${n}`;
          tried.push(id);
          const answer = await exchange.postOnce(token, exampleEvent('alert', id)).catch(() => undefined);
          if (answer?.status === 201) acknowledged.add(id);
          await answer?.arrayBuffer().catch(() => {});
        }
      }),
    );
    await faults;
    proxy.heal();
    await untilPublishes();
    const [own = [], independent = []] = await timesSeen(tried);
    expect(acknowledged.size).toBeGreaterThan(50);
    tried.forEach((id, index) => {
      const times = own[index] ?? 0;
      expect([id, times]).toEqual([id, acknowledged.has(id) ? 1 : Math.min(times, 1)]);
    });
    expect(independent).toEqual(own);
  });
});

test('while the outcome of what was signed is open, its draft is not taken away', async () => {
  const id = randomUUID();
  const body = { step: 'RECOMMENDED', references: [], followUp: null };
  const event = { ...exampleEvent('decision', id, body), tlp: 'AMBER' };
  const draft = `${exchange.url}/v1/drafts/ppt-office/${id}`;
  const ask = async (path: string, who: string, method: string) =>
    fetch(path, { method, headers: { authorization: `Bearer ${await exchange.token(who)}` } });
  const sent = await exchange.post(await exchange.token('ppt-office/duty'), event);
  expect(sent.status).toBe(202);
  // The record of the event alone says so, not the entry of the audit before it.
  const held = proxy.holdNextRequest('ce_source');
  const signing = ask(`${draft}/sign`, 'ppt-office/releaser', 'POST');
  await held;
  proxy.silence();
  expect((await signing).status).toBe(503);
  proxy.heal();
  const taken = await askAgain(60_000, () => ask(draft, 'ppt-office/duty', 'DELETE'));
  const address = `${exchange.url}/v1/events/ppt-office/${id}`;
  const read = await askAgain(60_000, () => ask(address, 'ppt-office/duty', 'GET'));
  expect([taken.status, read.status]).toEqual([404, 200]);
});
