import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { expectProblem } from '../http/ask.ts';

/** What the console's own server lets through, over HTTP. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${exchange.url}${path}`, { redirect: 'manual', ...init });

test('the page at its addresses, with a policy that lets nothing else in; any other address is nothing', async () => {
  for (const path of ['/', '/publish', '/operations']) {
    const answer = await ask(path);
    expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
      path,
      200,
      'text/html;charset=utf-8',
    ]);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain('unsafe');
  }
  await expectProblem(await ask('/none'), 'not-found');
  await expectProblem(await ask('/assets/none.js'), 'not-found');
});

test('a runbook is there by the name of its alert alone, as text', async () => {
  const answer = await ask('/operations/runbooks/PartNotWell');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  const text = await answer.text();
  expect(text).toMatch(/^## PartNotWell\n/);
  expect(text.match(/^## /gm)).toHaveLength(1);
  for (const none of ['none', '', 'Part', '..%2FREADME'])
    await expectProblem(await ask(`/operations/runbooks/${none}`), 'not-found');
});

describe('an address that nobody has', () => {
  const browsers = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

  test.each(['/none', '/records/mx-fgr/1', '/console/none', '/v2/events'])(
    '%s is the page for a browser, and says 404',
    async (path) => {
      const answer = await ask(path, { headers: { Accept: browsers } });
      expect([answer.status, answer.headers.get('content-type'), answer.headers.get('vary')]).toEqual([
        404,
        expect.stringContaining('text/html'),
        'Accept',
      ]);
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await answer.text()).toContain('id="app"');
    },
  );

  test('programs go on getting the problem: whoever asks for no HTML, or under /v1, or sends something', async () => {
    for (const accept of ['*/*', 'application/json', 'application/json, text/plain, */*', 'text/html;q=0'])
      await expectProblem(await ask('/none', { headers: { Accept: accept } }), 'not-found');
    for (const path of ['/v1/none', '/v1', '/console/v1/none'])
      await expectProblem(await ask(path, { headers: { Accept: browsers } }), 'not-found');
    await expectProblem(await ask('/none', { method: 'POST', headers: { Accept: browsers } }), 'not-found');
    const other = await ask('/publish', { method: 'POST', headers: { Accept: browsers } });
    await expectProblem(other, 'method-not-allowed');
  });
});

describe('what another page asks for is refused', () => {
  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port of this machine', { 'Sec-Fetch-Site': 'same-site' }],
    ['another origin', { Origin: 'http://127.0.0.1:1' }],
    ['no origin at all', { Origin: 'null' }],
  ])('%s', async (_, headers) => {
    await expectProblem(await ask('/console/session', { headers }), 'not-permitted');
    await expectProblem(await ask('/console/v1/events', { method: 'POST', headers }), 'not-permitted');
  });

  test('something is sent and nobody says where from', async () => {
    await expectProblem(await ask('/console/sign-out', { method: 'POST' }), 'not-permitted');
  });
});

test('what is for operators is not there for whoever is signed out, though the console is on their machine', async () => {
  expect((await ask('/v1/dead')).status).toBe(200);
  await expectProblem(await ask('/console/v1/dead'), 'not-found');
});

test('a cookie of no session is told so, and opens nothing', async () => {
  const { port } = new URL(exchange.url);
  const headers = { Cookie: `puebla-${port}=${'x'.repeat(43)}` };
  expect(await (await ask('/console/session', { headers })).json()).toEqual({ signedIn: false, ended: true });
  await expectProblem(await ask('/console/v1/events', { headers }), 'token-expired');
});

test('signing in goes back into the page alone', async () => {
  for (const to of [
    'https://elsewhere.example/',
    '//elsewhere.example/',
    '/\\elsewhere.example',
    'javascript:1',
  ]) {
    const answer = await ask(`/console/sign-in?${new URLSearchParams({ to })}`);
    expect(answer.status).toBe(303);
    expect(new URL(answer.headers.get('location') ?? '').origin).toBe(exchange.url);
  }
  const failed = await ask('/callback?code=none&state=none');
  expect([failed.status, failed.headers.get('location')]).toEqual([303, '/?sign-in=failed']);
});
