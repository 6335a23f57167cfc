import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Json, parseLines, whenApplied } from './ask.ts';
import { clearedRegister, draftsOf } from './drafts.ts';

/** Who has signed, returned, confirmed or objected is in the log before he is told that it is done: the draft says no more who it was. */

let exchange: TestExchange;
beforeAll(async () => {
  // What is not waited for is not written while this runs, as when the process ends.
  exchange = await startTestExchange({
    directory: { register: clearedRegister },
    audit: { gatherMs: 3_600_000 },
  });
});
afterAll(() => exchange.close());

const { ask, sign, giveBack } = draftsOf(() => exchange);

test.each([
  { act: 'signs', what: 'signed' },
  { act: 'returns', what: 'returned' },
  { act: 'confirms', what: 'signed', danger: 'LIFE' },
  { act: 'objects', what: 'returned', danger: 'LIFE' },
])('$act', async ({ act, what, danger }) => {
  const event: Json = {
    ...exampleEvent('alert', randomUUID()),
    tlp: 'RED',
    audience: 'gt-pgn',
    ...(danger && { danger }),
  };
  const sent = await exchange.post(await exchange.token('mx-fgr/duty'), event);
  expect(sent.status).toBe(danger === undefined ? 202 : 201);
  const draft = `/v1/drafts/mx-fgr/${event['id']}`;
  const answer =
    what === 'signed'
      ? await sign(draft, 'mx-fgr/releaser')
      : await giveBack(draft, 'mx-fgr/releaser', { reason: 'EXERCISE: wrong agency' });
  expect(answer.status).toBe(act === 'signs' ? 201 : 200);
  const audit = await whenApplied(() => ask(`/v1/audit?event=mx-fgr/${event['id']}&what=${what}`, 'mx-fgr'));
  expect(parseLines(await audit.text())).toMatchObject([{ what, agency: 'mx-fgr', person: 'releaser' }]);
});
