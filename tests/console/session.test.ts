import { demoClientId } from '@puebla/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSessions } from '../../services/console/sessions.ts';
import { createSignIn } from '../../services/console/sign-in.ts';
import {
  type Browser,
  choose,
  openBrowser,
  openPage,
  refresh,
  signIn,
} from '../../services/directory/sign-in/flow.ts';
import { startTestExchange, type TestExchange } from '../exchange.ts';
import { expectProblem } from '../http/ask.ts';

/** Sessions of the console against the embedded issuer: tokens stay with the server, and go when they should. */

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

const ownPage = () => ({ 'Sec-Fetch-Site': 'same-origin', Origin: exchange.url });

/** Signs in as the page does. */
async function enter(who: string): Promise<Browser> {
  const browser = openBrowser();
  const begun = await browser.get(`${exchange.url}/console/sign-in?to=/agency`);
  const back = await choose(browser, await openPage(browser, begun.headers.get('location') ?? ''), {
    who,
    do: 'sign-in',
  });
  const landed = await browser.get(back.href);
  expect([landed.status, landed.headers.get('location')]).toEqual([303, '/agency']);
  return browser;
}

const sessionOf = async (browser: Browser): Promise<unknown> =>
  (await browser.get(`${exchange.url}/console/session`)).json();

const signOut = (browser: Browser, query = ''): Promise<Response> =>
  browser.post(`${exchange.url}/console/sign-out${query}`, {}, ownPage());

test('who signs in is known by a cookie alone', async () => {
  const browser = await enter('mx-fgr/duty');
  expect(await sessionOf(browser)).toEqual({ signedIn: true, agency: 'mx-fgr', person: 'duty' });
  expect((await browser.get(`${exchange.url}/console/v1/audit`)).status).toBe(200);
});

test('a code that comes back to another browser opens nothing', async () => {
  const browser = openBrowser();
  const begun = await browser.get(`${exchange.url}/console/sign-in`);
  const back = await choose(browser, await openPage(browser, begun.headers.get('location') ?? ''), {
    who: 'mx-fgr/duty',
    do: 'sign-in',
  });
  const other = openBrowser();
  const landed = await other.get(back.href);
  expect(landed.headers.get('location')).toBe('/?sign-in=failed');
  expect(await sessionOf(other)).toEqual({ signedIn: false, ended: false });
});

test('signing out ends one session, and everywhere all of that person', async () => {
  const [one, two, three] = await Promise.all([
    enter('gt-mp/duty'),
    enter('gt-mp/duty'),
    enter('gt-mp/duty'),
  ]);
  const other = await enter('mx-fgr/duty');
  expect((await signOut(one)).status).toBe(204);
  expect(await sessionOf(one)).toEqual({ signedIn: false, ended: false });
  expect(await sessionOf(two)).toMatchObject({ signedIn: true });
  expect((await signOut(two, '?everywhere=true')).status).toBe(204);
  expect(await sessionOf(three)).toEqual({ signedIn: false, ended: true });
  expect(await sessionOf(other)).toMatchObject({ signedIn: true });
});

test('a restart ends sessions, and says so', async () => {
  const browser = await enter('mx-fgr/duty');
  await exchange.restart(Number(new URL(exchange.url).port));
  await expectProblem(await browser.get(`${exchange.url}/console/v1/events?limit=1`), 'token-expired');
  expect(await sessionOf(browser)).toEqual({ signedIn: false, ended: true });
});

describe('a token that is about to end', () => {
  const open = async () => {
    const sessions = createSessions();
    const url = () => exchange.url;
    const client = createSignIn({ publicUrl: url, issuer: url, clientId: demoClientId }, sessions);
    const { access_token: access, refresh_token: refreshToken } = await signIn(exchange.url, 'mx-fgr/duty');
    const tokens = { access, refresh: refreshToken, expiresAt: Date.now() + 10_000 };
    return { sessions, client, tokens, id: sessions.open({ agency: 'mx-fgr', person: 'duty', tokens }) };
  };

  test('is changed for another, once for all who ask at that moment', async () => {
    const { sessions, client, tokens, id } = await open();
    const given = await Promise.all([client.accessOf(id), client.accessOf(id), client.accessOf(id)]);
    expect(new Set(given).size).toBe(1);
    expect(given[0]).not.toBe(tokens.access);
    expect(sessions.find(id)?.tokens).toMatchObject({ access: given[0] });
    expect(await client.accessOf(id)).toBe(given[0]);
  });

  test('ends the session where its refresh token was given back or used elsewhere', async () => {
    const { sessions, client, tokens, id } = await open();
    expect((await refresh(exchange.url, tokens.refresh)).status).toBe(200);
    expect(await client.accessOf(id)).toBeUndefined();
    expect(sessions.find(id)).toBeUndefined();
  });

  test('keeps the session while the issuer cannot be reached', async () => {
    const { sessions, tokens } = await open();
    const nobody = () => 'http://127.0.0.1:9';
    const client = createSignIn({ publicUrl: nobody, issuer: nobody, clientId: demoClientId }, sessions);
    const id = sessions.open({ agency: 'mx-fgr', person: 'duty', tokens });
    await expect(client.accessOf(id)).rejects.toThrow();
    expect(sessions.find(id)).toBeDefined();
  });
});
