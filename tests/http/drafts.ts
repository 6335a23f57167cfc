import { connectKafka, createProducer, draftsTopic, encodeRecord } from '@puebla/kit';
import { demonstrationRegister, type Register } from '@puebla/schemas';
import { expect } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import type { TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { type Json, types } from './ask.ts';

/** What tests of second signatures and of reviews ask. `who` is `<agency>` or `<agency>/<person>`. */

/** The demonstration's, in which a person of gt-pgn is cleared to read RED. */
export const clearedRegister: Register = {
  ...demonstrationRegister,
  clearances: [
    {
      agency: 'gt-pgn',
      person: 'duty',
      by: ['gt-pgn/focal', 'gt-mp/focal'],
      from: '2026-01-01T00:00:00Z',
      to: null,
    },
  ],
};

/** An entry as a gateway leaves it that was ended before it could go on. */
export async function leave(entry: Json): Promise<void> {
  const kafka = connectKafka({
    brokers: [testStack().kafka],
    clientId: 'drafts-test',
    callTimeoutMs: 20_000,
  });
  const producer = createProducer(kafka, { sendTimeoutMs: 30_000 });
  const key = `${entry['agency']}/${entry['id']}`;
  const content = encodeRecord(key, Buffer.from(JSON.stringify(entry)), [
    ['content-type', 'application/json'],
  ]);
  const outcomes = await producer.send([{ topic: draftsTopic, partition: 0, content }]);
  expect(outcomes).toMatchObject([{ state: 'written' }]);
  producer.close();
  kafka.close();
}

/** Asked of the exchange that is running when it is asked. */
export function draftsOf(exchange: () => TestExchange) {
  const ask = async (path: string, who: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${exchange().url}${path}`, {
      ...init,
      headers: { ...headersOf(await exchange().token(who)), ...(init.headers as Record<string, string>) },
    });
  return {
    ask,
    sign: (draft: string, who: string, body?: object): Promise<Response> =>
      ask(`${draft}/sign`, who, {
        method: 'POST',
        ...(body && { body: JSON.stringify(body), headers: { 'Content-Type': types.json } }),
      }),
    giveBack: (draft: string, who: string, body: unknown): Promise<Response> =>
      ask(`${draft}/return`, who, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': types.json },
      }),
    listed: async (who: string): Promise<Json[]> =>
      ((await (await ask('/v1/drafts', who)).json()) as { items: Json[] }).items,
  };
}
