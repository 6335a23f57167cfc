import { randomUUID } from 'node:crypto';
import { exampleEvent, type TestExchange } from '../exchange.ts';
import { cursorNow, headersOf, type Page, pageOf } from '../stream/ways-out.ts';
import { has, openStream, type StreamClient } from '../stream-client.ts';
import { type Json, keptBy, postAs, whenApplied } from './ask.ts';

/** What tests of versions and recalls send, and what readers get of it. */

export const alert = (marking: Json, data: Json = {}): Json => ({
  ...exampleEvent('alert', randomUUID(), data),
  ...marking,
});
export const version = (of: string, marking: Json): Json =>
  alert(marking, { messageType: 'UPDATE', references: [of] });
const answer = (type: string, data: Json): Json => ({ specversion: '1.0', id: randomUUID(), type, data });
export const recall = (of: string, reason = 'INCORRECT'): Json => answer('recall', { of, reason });
export const acknowledgement = (of: string, said = 'RECEIVED'): Json =>
  answer('acknowledgement', { of, answer: said, observation: null });

export const shownIn = ({ items }: Page): string[] =>
  items.map(({ source, id }) => `/v1/events/${source}/${id}`);
export const withdrawnIn = ({ withdrawn }: Page): readonly string[] => withdrawn;
export const withdrawnOn = (stream: StreamClient): unknown[] =>
  stream.events.filter(({ event }) => event === 'withdrawn').map(({ data }) => data);

/** Asked of the exchange that is running when it is asked. */
export function asking(exchange: () => TestExchange) {
  const post = (who: string, event: Json): Promise<Response> => postAs(exchange(), who, event);
  const kept = (who: string, event: Json): Promise<string> => keptBy(exchange(), who, event);
  return {
    post,
    kept,
    cursorNow: () => cursorNow(exchange()),
    async statusOf(who: string, path: string): Promise<number> {
      const headers = headersOf(await exchange().token(who), '*/*');
      const answered = await whenApplied(() => fetch(`${exchange().url}${path}`, { headers }));
      await answered.arrayBuffer();
      return answered.status;
    },
    pageFrom: async (who: string, cursor: string, query = ''): Promise<Page> =>
      pageOf(exchange(), { token: await exchange().token(who), cursor, query, limit: 1_000 }),
    /** Live streams of several readers, each past its beginning. */
    async streams<Who extends string>(...whos: readonly Who[]): Promise<Record<Who, StreamClient>> {
      const open = await Promise.all(
        whos.map(async (who) => {
          const stream = await openStream(exchange().url, { token: await exchange().token(who) });
          await stream.until(() => stream.lastId() !== undefined);
          return [who, stream] as const;
        }),
      );
      return Object.fromEntries(open) as Record<Who, StreamClient>;
    },
    /** Something that everybody sees: what was published before has gone by where it has been seen. */
    async goneBy(...of: readonly StreamClient[]): Promise<void> {
      const last = await kept('mx-fgr', alert({ tlp: 'CLEAR' }));
      await Promise.all(of.map((stream) => stream.until(has(last.split('/').at(-1) ?? ''))));
    },
  };
}
