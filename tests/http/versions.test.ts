import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { headersOf } from '../stream/ways-out.ts';
import { expectProblem } from './ask.ts';
import { acknowledgement, alert, asking, shownIn, version, withdrawnIn, withdrawnOn } from './taken-back.ts';

/** What is given to fewer or to more: whoever loses sight is told the address, and nobody else. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const { kept, cursorNow, statusOf, pageFrom, streams, goneBy } = asking(() => exchange);

describe('a version', () => {
  test('stands in the place of the one before; the history is there on request', async () => {
    const before = await cursorNow();
    const first = await kept('mx-fgr', alert({ tlp: 'GREEN' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'GREEN' }));
    const both = [first, second];
    const shown = async (query: string) =>
      shownIn(await pageFrom('gt-pgn', before, query)).filter((address) => both.includes(address));
    expect(await shown('')).toEqual([second]);
    expect(await shown('?history=true')).toEqual(both);
    await expectProblem(
      await fetch(`${exchange.url}/v1/events?history=yes`, { headers: headersOf(undefined) }),
      'bad-request',
    );
  });

  test('for fewer closes the history for the others, who are told the address', async () => {
    const before = await cursorNow();
    const on = await streams('gt-pgn', 'hn-inm', 'es-interior');
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT,HN' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT' }));
    await goneBy(...Object.values(on));
    expect(withdrawnOn(on['hn-inm'])).toEqual([{ address: first }]);
    expect([withdrawnOn(on['gt-pgn']), withdrawnOn(on['es-interior'])]).toEqual([[], []]);
    for (const stream of Object.values(on)) stream.close();
    for (const address of [first, second]) {
      expect(await statusOf('hn-inm', address)).toBe(404);
      expect(await statusOf('gt-pgn', address)).toBe(200);
    }
    const page = await pageFrom('hn-inm', before, '?history=true');
    expect([withdrawnIn(page), shownIn(page).includes(first)]).toEqual([[first], false]);
    const { items } = await pageFrom('gt-pgn', before);
    expect(JSON.stringify(items)).not.toContain('replaced');
  });

  test('for more opens itself alone', async () => {
    const first = await kept('mx-fgr', alert({ tlp: 'AMBER', audience: 'MX,GT' }));
    const second = await kept('mx-fgr', version(first, { tlp: 'AMBER', audience: 'MX,GT,HN' }));
    expect([await statusOf('hn-inm', first), await statusOf('hn-inm', second)]).toEqual([404, 200]);
    const answer = await kept('hn-inm', acknowledgement(second));
    expect(await statusOf('mx-fgr', answer)).toBe(200);
  });
});
