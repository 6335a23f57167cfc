import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { exampleEvent } from '../exchange.ts';
import { type Json, nameIn, parseLines, keptBy as publishedBy } from '../http/ask.ts';
import { acknowledgement, recall } from '../http/taken-back.ts';
import { marked, randomWord } from '../random-word.ts';
import type { Window } from './browser.ts';
import { said, tabTo } from './keyboard.ts';
import { openConsole } from './opened.ts';
import { isInMemory, keptBy, received } from './received.ts';

/** A record beside the list: who sees it, what is done with it by keyboard alone, and that nothing is left of it when it is taken back. */

const seenWithinMs = 60_000;

const { exchange, browser } = await openConsole();
/** Of three agencies: who owns, who may read, and who may not. */
let owner: Window;
let reader: Window;
let other: Window;
beforeAll(async () => {
  const windows = await Promise.all(['cr-oij', 'gt-pgn', 'hn-inm'].map(signedIn));
  [owner, reader, other] = windows as [Window, Window, Window];
});

async function signedIn(agency: string): Promise<Window> {
  const window = await browser.open(exchange.url);
  await window.signIn(`${agency}/duty`);
  return window;
}

const feed = (more = ''): string => `${exchange.url}/?period=1d&publisher=cr-oij,gt-pgn${more}`;

const alert = (data: Json = {}, more: Json = {}): Json => ({
  ...exampleEvent('alert', randomUUID(), data),
  tlp: 'AMBER_STRICT',
  audience: 'gt-pgn',
  ...more,
});
const publish = (event: Json): Promise<string> => publishedBy(exchange, 'cr-oij', event);

const live = async ({ page }: Window): Promise<void> => {
  await page.locator('.dot.live').waitFor({ timeout: seenWithinMs });
};

async function openRecord({ page }: Window, address: string): Promise<void> {
  await page.goto(feed(`&open=${nameIn(address)}`));
  await page.locator('.record .facts-list').waitFor({ timeout: seenWithinMs });
}

/** The texts of the example, each with the marker. */
const markedData = (marker: string): Json => marked(exampleEvent('alert', 'x')['data'], marker) as Json;

test('what is for one leaves no trace with another, and when it is taken back none with him', async () => {
  const marker = randomWord();
  const [heardByReader, heardByOther] = await Promise.all([received(reader), received(other)]);
  await Promise.all([reader, other].map(({ page }) => page.goto(feed())));
  await Promise.all([reader, other].map(live));
  const first = await publish(alert(markedData(marker)));
  const update = { ...markedData(marker), messageType: 'UPDATE', references: [first], severity: 'EXTREME' };
  const second = await publish(alert(update));
  await reader.page.locator(`article[data-name="${nameIn(second)}"]`).waitFor({ timeout: seenWithinMs });
  await openRecord(reader, second);
  await reader.page.locator('.record .thread li:nth-child(2)').waitFor();
  expect(await reader.page.content()).toContain(marker);
  expect(await isInMemory(reader, marker)).toBe(true);

  // He knows the address, and asks.
  await other.page.goto(feed(`&open=${nameIn(first)}`));
  await other.page.getByText('There is nothing here for you').waitFor({ timeout: seenWithinMs });
  const seen = await publish(alert({}, { tlp: 'GREEN', audience: undefined }));
  await other.page.locator(`article[data-name="${nameIn(seen)}"]`).waitFor({ timeout: seenWithinMs });
  expect(await heardByReader()).toContain(marker);
  for (const trace of [marker, nameIn(second)]) expect(await heardByOther()).not.toContain(trace);
  expect(await other.page.content()).not.toContain(marker);
  expect(await isInMemory(other, marker)).toBe(false);

  await live(reader);
  await publish({
    specversion: '1.0',
    id: randomUUID(),
    type: 'recall',
    data: { of: first, reason: 'INCORRECT' },
  });
  await reader.page.getByText('This was taken back').waitFor({ timeout: seenWithinMs });
  expect(await reader.page.locator(`article[data-name="${nameIn(second)}"]`).count()).toBe(0);
  expect(await reader.page.content()).not.toContain(marker);
  expect(await isInMemory(reader, marker)).toBe(false);
  await expectNothingLeft(reader, [first, second], marker);
});

/** Of the page that was, of one that is opened anew, of the one before it, and of what the browser has put away. */
async function expectNothingLeft(
  window: Window,
  addresses: readonly string[],
  marker: string,
): Promise<void> {
  const { page } = window;
  const asked = addresses.flatMap((address) => [
    `/console${address}`,
    `/console${address.replace('/events/', '/threads/')}`,
  ]);
  expect(await keptBy(window, asked)).not.toContain(marker);
  for (const go of [() => page.reload(), () => page.goto(feed()), () => page.goBack()]) {
    const heard = await received(window);
    await go();
    await live(window);
    expect(await heard()).not.toContain(marker);
    expect(await page.content()).not.toContain(marker);
  }
}

test('an alert is acknowledged, taken back, and its copies are stated deleted, by keyboard alone', async () => {
  const inAnHour = `${new Date(Date.now() + 3_600_000).toISOString().slice(0, 19)}Z`;
  const address = await publish(alert({}, { ackby: inAnHour }));
  await Promise.all([owner, reader].map((window) => openRecord(window, address)));
  await Promise.all([owner, reader].map(live));
  const asked = owner.page.locator('section[aria-labelledby="record-acknowledgements"]');
  await asked.getByText('not yet').waitFor({ timeout: seenWithinMs });
  expect(await owner.page.getByText('Acknowledge', { exact: true }).count()).toBe(0);
  expect(await reader.page.getByRole('button', { name: 'Take back' }).count()).toBe(0);

  const { keyboard } = reader.page;
  await tabTo(reader, reader.page.locator('summary', { hasText: 'Acknowledge' }));
  await keyboard.press('Enter');
  await tabTo(reader, reader.page.getByRole('radio', { name: 'Received' }));
  for (let down = 0; down < 2; down++) await keyboard.press('ArrowDown');
  await tabTo(reader, reader.page.locator('.record textarea'));
  await keyboard.type('Seen on the road');
  await tabTo(reader, reader.page.locator('.act').getByRole('button', { name: 'Send' }));
  await keyboard.press('Enter');
  await said(reader, 'Acknowledged: Acting on it');
  await asked.getByText('Acting on it').waitFor({ timeout: seenWithinMs });

  await tabTo(owner, owner.page.getByRole('button', { name: 'Take back' }));
  await owner.page.keyboard.press('Enter');
  const dialog = owner.page.getByRole('dialog');
  await dialog.waitFor();
  await tabTo(owner, dialog.locator('select'));
  await owner.page.keyboard.press('I');
  await tabTo(owner, dialog.getByRole('button', { name: 'Take back' }));
  await owner.page.keyboard.press('Enter');
  await said(owner, 'Taken back');
  for (const { page } of [owner, reader])
    await page.getByText('Reason: Incorrect').waitFor({ timeout: seenWithinMs });

  await tabTo(reader, reader.page.locator('.record').getByRole('button', { name: 'Send' }));
  await keyboard.press('Enter');
  await said(reader, 'Your statement was kept');
  await reader.page.locator('.record .lines').getByText('Copies are deleted').waitFor();
  await openGone(owner, address);
  await owner.page.locator('.record .lines').getByText('Copies are deleted').waitFor();
});

async function openGone({ page }: Window, address: string): Promise<void> {
  await page.goto(feed(`&open=${nameIn(address)}`));
  await page.getByText('This was taken back').waitFor({ timeout: seenWithinMs });
}

/** How often the person at the owner's page has opened it, as the audit tells it. */
async function openedByOwner(address: string): Promise<number> {
  const asked = new URLSearchParams({ what: 'read', agency: 'cr-oij', event: nameIn(address) });
  const headers = {
    accept: 'application/x-ndjson',
    authorization: `Bearer ${await exchange.token('cr-oij/focal')}`,
  };
  const answer = await fetch(`${exchange.url}/v1/audit?${asked}`, { headers });
  expect(answer.status).toBe(200);
  return parseLines(await answer.text()).filter(({ person }) => person === 'duty').length;
}

test('an open record follows its thread where the filter of the feed lets nothing of it through, and opens nothing twice', async () => {
  const { page } = owner;
  const address = await publish(alert());
  const looks: number[] = [];
  page.on('response', (response) => {
    if (response.url().endsWith(`/console${address.replace('/events/', '/threads/')}`))
      looks.push(response.status());
  });
  const count = (status: number): number => looks.filter((one) => one === status).length;
  const unchanged = async (): Promise<void> => {
    const before = count(304);
    while (count(304) < before + 2) await page.waitForResponse((response) => response.status() === 304);
  };
  await page.goto(`${exchange.url}/?period=1d&publisher=us-dhs&open=${nameIn(address)}`);
  await page.locator('.record .facts-list').waitFor({ timeout: seenWithinMs });
  await live(owner);
  await unchanged();

  await publishedBy(exchange, 'gt-pgn', acknowledgement(address, 'ACTING'));
  await page.locator('.record .thread').getByText('Acting on it').waitFor({ timeout: seenWithinMs });
  await publish(alert({ messageType: 'UPDATE', references: [address], severity: 'EXTREME' }));
  await page.locator('.record .thread li:nth-child(3)').waitFor({ timeout: seenWithinMs });
  await unchanged();
  expect(await openedByOwner(address)).toBe(count(200));
  await publish(recall(address));
  await page.getByText('This was taken back').waitFor({ timeout: seenWithinMs });
  expect(await page.locator('article').count()).toBe(0);
}, 180_000);

test('a record is headed by what it says and how it is marked; on a telephone it stands alone, and whoever closes it is where he opened it', async () => {
  const { page } = reader;
  const headline = `Exercise ${randomUUID()}`;
  const information = ['es', 'en'].map((language) => ({ language, headline: `${headline} (${language})` }));
  const address = await publish(alert({ information }, { tlp: 'AMBER', audience: 'MEMBERS' }));
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(feed());
  const link = page.locator(`article[data-name="${nameIn(address)}"] a`);
  await link.click();
  await page.locator('.record .facts-list').waitFor({ timeout: seenWithinMs });
  const heading = page.locator('.record h2:focus');
  expect([await heading.textContent(), await heading.getAttribute('lang')]).toEqual([
    `${headline} (en)`,
    'en',
  ]);
  const marks = await page.locator('.record .marks > *').allTextContents();
  expect(marks.slice(0, 3)).toEqual(['TLP:AMBER', 'Member countries', 'Alert']);
  for (const beside of ['.feed-tools', '.feed-list article'])
    expect(await page.locator(beside).first().isVisible()).toBe(false);
  await page.getByRole('button', { name: 'Close' }).click();
  await link.and(page.locator(':focus')).waitFor();
  await page.setViewportSize({ width: 1_280, height: 800 });
});

test('of a referral each sees the steps that are his to take, and nobody else the case', async () => {
  const event = exampleEvent('referral', randomUUID(), {
    from: 'gt-pgn',
    to: 'cr-oij',
    caseHandle: randomUUID(),
    answerBy: null,
  });
  const address = await publishedBy(exchange, 'gt-pgn', {
    ...event,
    tlp: 'AMBER_STRICT',
    audience: 'cr-oij',
  });
  await Promise.all([owner, reader].map((window) => openRecord(window, address)));
  await Promise.all([owner, reader].map(live));
  const steps = ({ page }: Window) => page.locator('section[aria-labelledby="record-steps"]');
  const offered = (window: Window): Promise<string[]> => steps(window).locator('summary').allTextContents();
  await steps(reader).locator('summary').first().waitFor();
  await steps(owner).locator('summary').first().waitFor();
  expect([await offered(reader), await offered(owner)]).toEqual([['Closed'], ['Accepted', 'Declined']]);

  await steps(owner).locator('summary', { hasText: 'Accepted' }).click();
  await steps(owner).getByRole('button', { name: 'Take the step: Accepted' }).click();
  for (const window of [owner, reader])
    await steps(window).locator('strong', { hasText: 'Accepted' }).waitFor({ timeout: seenWithinMs });
  expect([await offered(reader), await offered(owner)]).toEqual([['Closed'], ['Closed']]);

  await steps(reader).locator('summary').click();
  await steps(reader).locator('select').selectOption('ASSISTED');
  await steps(reader).getByRole('button').click();
  await steps(owner).locator('strong', { hasText: 'Closed' }).waitFor({ timeout: seenWithinMs });
  expect(await offered(owner)).toEqual([]);
  await other.page.goto(feed(`&open=${nameIn(address)}`));
  await other.page.getByText('There is nothing here for you').waitFor({ timeout: seenWithinMs });
});
