import { randomUUID } from 'node:crypto';
import { encodeRecord } from '@puebla/kit';
import { participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exampleEvent } from '../exchange.ts';
import { type Json, keptBy, types } from '../http/ask.ts';
import { randomWord } from '../random-word.ts';
import { type Lanes, openLanes } from '../stream/lanes.ts';
import { violationsOf } from './axe.ts';
import { putSight, type Window } from './browser.ts';
import { openConsole } from './opened.ts';
import { received } from './received.ts';

/** Operations, for who keeps the exchange: what is wrong is said by itself, dead letters are settled, and nobody else is told anything. */

const { exchange, browser } = await openConsole({
  directory: { topic: `puebla.directory.${randomUUID()}` },
});
let lanes: Lanes;
beforeAll(async () => {
  lanes = await openLanes();
  await put('people', { agency: 'ts-office', id: 'ops', roles: ['operator'] }, 'ts-office/focal');
  await keptBy(exchange, 'bz-police', exampleEvent('practice', randomUUID()));
});
afterAll(() => lanes.close());

/** From now on. */
async function put(collection: string, row: Json, by: string): Promise<void> {
  const answer = await fetch(`${exchange.url}/v1/directory/${collection}`, {
    method: 'POST',
    headers: { 'Content-Type': types.json, Authorization: `Bearer ${await exchange.token(by)}` },
    body: JSON.stringify({ from: new Date().toISOString(), to: null, ...row }),
  });
  expect([answer.status, await answer.text()]).toEqual([200, expect.any(String)]);
}

/** A window of somebody's, and all that it was sent since he signed in. */
async function opened(who: string): Promise<Window & { readonly heard: () => Promise<string> }> {
  const window = await browser.open(exchange.url);
  await window.signIn(who);
  const heard = await received(window);
  await window.page.goto(`${exchange.url}/operations`);
  return { ...window, heard };
}

/** A record of Belize's that nobody can decode, with a text in it. @returns the name of its letter */
async function bury(text: string): Promise<string> {
  const topic = 'puebla.decision';
  const partition = participantOf('BZ')?.lane ?? -1;
  const id = randomUUID();
  const content = encodeRecord(`bz-police/${id}`, Buffer.from(`\u0007${text}`), [['ce_subject', text]]);
  const [offset] = await lanes.send([{ topic, partition, content }]);
  return `${topic}/${partition}/${offset}`;
}

test('an operator sees who is silent for longer than usual, and a declared outage is no alarm', async () => {
  const window = await opened('ts-office/ops');
  const { page } = window;
  const belize = page.locator('[data-participant="BZ"]');
  const trouble = page.locator('.verdict li', { hasText: 'Belize silent for' });
  await belize.waitFor();
  expect(await page.locator('.board [data-participant]').count()).toBe(23);
  expect(await belize.getAttribute('data-verdict')).toBe('NOT_JUDGED');
  expect(await trouble.count()).toBe(0);
  expect(await page.locator('[data-service]').count()).toBe(3);
  expect(await page.locator('.menu a[aria-current="page"]').textContent()).toBe('Operations');

  await put('habits', { participant: 'BZ', hours: 0.0001 }, 'bz-police/focal');
  await trouble.waitFor();
  expect(await page.locator('.verdict.trouble h2').textContent()).toMatch(/\d things? needs? somebody/);
  expect(await belize.getAttribute('data-verdict')).toBe('SILENT');
  expect(await page.locator('[role="status"][aria-live]').textContent()).toContain('Belize silent');

  await put('outages', { participant: 'BZ', to: '2100-01-01T00:00:00Z' }, 'bz-police/focal');
  await page.locator('[data-participant="BZ"][data-verdict="DECLARED_OUTAGE"]').waitFor();
  expect(await trouble.count()).toBe(0);
  expect(await belize.textContent()).toContain('Declared outage');
  expect(window.errors).toEqual([]);
  expect(window.elsewhere).toEqual([]);
  await window.close();
});

test('an operator looks at a dead letter, masked until he asks, and discards it after he has read what that does', async () => {
  const marker = randomWord();
  const name = await bury(marker);
  const window = await opened('ts-office/ops');
  const { page, heard } = window;
  const row = page.locator(`[data-letter="${name}"]`);
  await row.getByRole('button').press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('ce_subject').waitFor();
  expect(await violationsOf(window)).toEqual([]);
  expect(await heard()).not.toContain(marker);

  await dialog.getByRole('button', { name: 'Show what it holds' }).press('Enter');
  await dialog.locator('pre', { hasText: `·${marker}` }).waitFor();
  expect(await heard()).toContain(marker);

  await dialog.getByRole('button', { name: 'Discard …' }).press('Enter');
  await dialog.getByText('Nothing has been done yet').waitFor();
  expect(await stateOf(name)).toBe('open');
  await dialog.getByRole('button', { name: 'Discard for good' }).press('Enter');
  await row.waitFor({ state: 'detached' });
  expect(await stateOf(name)).toBe('discarded');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('dead-title');
  await page.getByRole('combobox', { name: 'Letters' }).selectOption('discarded');
  await row.getByText('Discarded').waitFor();
  expect(window.errors).toEqual([]);
  await window.close();
});

test('a redrive says beforehand that the letter would be dead again', async () => {
  const name = await bury(randomWord());
  const window = await opened('ts-office/ops');
  await window.page.locator(`[data-letter="${name}"] button`).click();
  await window.page.getByRole('button', { name: 'Redrive …' }).click();
  await window.page.locator('.plan', { hasText: 'It would be a dead letter again' }).waitFor();
  await window.page.getByRole('button', { name: 'Close' }).click();
  await window.page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(await stateOf(name)).toBe('open');
  await fetch(`${exchange.url}/v1/dead/${name}/discard`, { method: 'POST' });
  await window.close();
});

async function stateOf(name: string): Promise<unknown> {
  const answer = (await (await fetch(`${exchange.url}/v1/dead/${name}`)).json()) as { state?: unknown };
  return answer.state;
}

test('the Secretariat sees how many letters there are, and none of them', async () => {
  const name = await bury(randomWord());
  const window = await opened('ts-office/focal');
  await window.page.locator('.counted-kinds li', { hasText: 'Decision' }).waitFor();
  await window.page.getByText('operators alone see them').waitFor();
  expect(await window.heard()).not.toContain(name);
  await fetch(`${exchange.url}/v1/dead/${name}/discard`, { method: 'POST' });
  await window.close();
});

test('anybody else is told that it is not for him, and gets nothing of it', async () => {
  const window = await opened('mx-fgr/focal');
  await window.page.getByText('This page is not for you').waitFor();
  expect(await window.page.locator('.menu').textContent()).not.toContain('Operations');
  expect(await window.heard()).toContain('/console/v1/status');
  for (const word of ['"verdict"', '"lagRecords"', '"troubles"']) {
    expect(await window.heard()).not.toContain(word);
  }
  await window.close();
  const signedOut = await browser.open(`${exchange.url}/operations`);
  await signedOut.page.getByText('Sign in as one of them').waitFor();
  await signedOut.close();
});

test('it looks again by itself, not while it is hidden or paused, and says when it knows nothing', async () => {
  const { page, context, signIn, close } = await browser.open(exchange.url);
  await signIn('ts-office/ops');
  await page.clock.install();
  let looks = 0;
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().endsWith('/v1/status')) looks += 1;
  });
  const after = async (seconds: number, enough: () => boolean | Promise<boolean>): Promise<void> => {
    const deadline = Date.now() + 60_000;
    do await page.clock.runFor(seconds * 1_000);
    while (!(await enough()) && Date.now() < deadline);
    expect(await enough()).toBe(true);
  };
  await page.goto(`${exchange.url}/operations`);
  await page.locator('.verdict').waitFor();
  await after(0.1, () => looks >= 1);
  await after(5, () => looks >= 2);

  for (const [stop, start] of [
    [() => putSight(page, 'hidden'), () => putSight(page, 'visible')],
    [
      () => page.getByRole('button', { name: 'Pause' }).click(),
      () => page.getByRole('button', { name: 'Go on' }).click(),
    ],
  ] as const) {
    await stop();
    await after(0.1, () => page.getByText('Seen 0 sec ago').isHidden());
    const before = looks;
    await page.clock.runFor(60_000);
    expect(looks).toBe(before);
    await start();
    await after(0.1, () => looks > before);
  }

  const lost = page.getByRole('heading', { name: 'How it is now is not known' });
  await context.setOffline(true);
  await after(20, () => lost.isVisible());
  await context.setOffline(false);
  await after(20, () => lost.isHidden());
  await close();
});
