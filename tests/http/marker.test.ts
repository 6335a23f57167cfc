import { randomUUID } from 'node:crypto';
import { catalogue, type Kind } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { marked, randomWord } from '../random-word.ts';
import { headersOf, untilPlaced } from '../stream/ways-out.ts';
import { openStream, type StreamClient } from '../stream-client.ts';
import { type Json, whenApplied } from './ask.ts';

/** Guarantee 4: a marker in every free text of events that a reader may not have is in nothing that he gets, metrics included. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

/** Who may read none of them: not signed in, a guest, a member that is not named, an operator's body. */
const others = [undefined, 'es-interior', 'ni-pn', 'ni-pn/focal', 'ts-office', 'rncom-network'];

/** As narrow as the kind goes without a second signature, for one agency beside those that it names. */
function narrow(kind: Kind, marker: string): { event: Json; source: string } | undefined {
  const example = kind.example as Json;
  const source = String(example['source']);
  if (kind.offices !== undefined) return undefined;
  const event: Json = {
    ...exampleEvent(kind.name, `${marker}-${kind.name}`, marked(example['data'], marker) as Json),
    subject: marker,
    tlp: kind.tlp === 'AMBER_STRICT' || kind.name === 'alert' ? 'AMBER_STRICT' : 'AMBER',
    audience: kind.tlp === 'AMBER_STRICT' ? example['audience'] : 'gt-mp',
  };
  return { event, source };
}

async function textOf(path: string, who: string | undefined, init: RequestInit = {}): Promise<string> {
  const token = who === undefined ? undefined : await exchange.token(who);
  const headers = { ...headersOf(token), ...(init.headers as Record<string, string>) };
  const answer = await whenApplied(() => fetch(`${exchange.url}${path}`, { ...init, headers }));
  const seen = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return `${answer.status}\n${seen}\n${await answer.text()}`;
}

/** What a subscriber was shown, as it came. */
const shownTo = ({ events }: StreamClient): string => JSON.stringify(events);

test('whoever may not read it gets no trace of it, by whatever way he asks', async () => {
  const marker = randomWord();
  const streams = await Promise.all(
    others.map(async (who) => {
      const token = who === undefined ? undefined : await exchange.token(who);
      const stream = await openStream(exchange.url, token === undefined ? {} : { token });
      await untilPlaced(stream);
      return stream;
    }),
  );
  const published: string[] = [];
  for (const kind of catalogue) {
    const one = narrow(kind, marker);
    if (one === undefined) continue;
    const answer = await exchange.post(await exchange.token(one.source), one.event);
    const text = await answer.text();
    expect([kind.name, answer.status, answer.status === 201 ? '' : text]).toEqual([kind.name, 201, '']);
    published.push((JSON.parse(text) as { address: string }).address);
  }
  expect(published.length).toBeGreaterThanOrEqual(6);
  // Its own author sees the marker: what is looked for is there.
  expect(await textOf(published[0] ?? '', 'mx-fgr')).toContain(marker);
  const sign = exampleEvent('alert', randomUUID());
  expect((await exchange.post(await exchange.token('mx-fgr'), sign)).status).toBe(201);

  for (const [index, who] of others.entries()) {
    const stream = streams[index];
    await stream?.until(() => stream.ids().includes(String(sign['id'])));
    expect([who, stream === undefined ? '' : shownTo(stream)]).not.toEqual([
      who,
      expect.stringContaining(marker),
    ]);
    stream?.close();
    const paths = [
      '/v1/events?since=earliest&limit=1000',
      `/v1/events?since=${new Date(Date.now() - 60_000).toISOString()}&limit=1000&publisher=MX,GT,NI`,
      '/v1/agencies',
      '/v1/drafts',
      '/v1/directory/people',
      '/readyz',
      '/nothing',
      ...published.map((address) => address.replace('/events/', '/threads/')),
    ];
    for (const path of paths)
      expect([who, path, await textOf(path, who)]).not.toEqual([who, path, expect.stringContaining(marker)]);
    // The address itself was asked for; its answer is that of an address at which there is nothing.
    for (const address of published) {
      const hidden = await textOf(address, who);
      const absent = await textOf(address.replace(marker, 'x'.repeat(marker.length)), who);
      const plain = (text: string): string => text.replace(/^date: .*$/m, '');
      expect([who, address, plain(hidden)]).toEqual([who, address, plain(absent)]);
    }
  }
  expect(await (await fetch(`${exchange.url}/metrics`)).text()).not.toContain(marker);
});

test('what is referred to like it, or published like it, says nothing of it', async () => {
  const marker = randomWord();
  const event = { ...exampleEvent('alert', marker), tlp: 'AMBER_STRICT', audience: 'gt-mp' };
  expect((await exchange.post(await exchange.token('mx-fgr'), event)).status).toBe(201);
  const token = await exchange.token('ni-pn');
  const refer = (address: string): Json =>
    exampleEvent('alert', randomUUID(), { messageType: 'UPDATE', references: [address] });
  const ask = async (address: string): Promise<string> => {
    const answer = await whenApplied(() => exchange.post(token, refer(address)));
    return `${answer.status} ${await answer.text()}`;
  };
  const plain = (text: string): string => text.replace(/"instance":"[^"]*",?/, '');
  expect(plain(await ask(`/v1/events/mx-fgr/${marker}`))).toBe(plain(await ask('/v1/events/mx-fgr/nothing')));
  // The same id of another agency is another event, whoever has the first.
  const own = await exchange.post(token, { ...event, audience: 'ni-pn' });
  expect(own.status).toBe(201);
});
