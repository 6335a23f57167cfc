import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { exampleEvent } from '../exchange.ts';
import { type Json, keptBy, nameIn, whenApplied } from '../http/ask.ts';
import { violationsOf } from './axe.ts';
import type { Window } from './browser.ts';
import { chooseAt, enterAt, said, signInByKeyboard, tabTo, typeAt } from './keyboard.ts';
import { openConsole } from './opened.ts';

/** Writing an event in the console, in Debian's Chromium, on a whole exchange. */

const { exchange, browser } = await openConsole();

const author = 'bz-police/duty';
const form = '/publish?kind=alert';

async function openForm(who = author, path = form): Promise<Window> {
  const window = await browser.open(`${exchange.url}${path}`);
  await window.signIn(who);
  await window.page.locator('.publish-form').waitFor();
  return window;
}

/** What an alert cannot do without. */
async function fill(page: Page, headline: string): Promise<void> {
  await page.getByLabel('Category').selectOption('SMUGGLING');
  await page.locator('[id="f/data/status"]').selectOption('EXERCISE');
  await page.locator('[id="f/data/occurred/from"]').fill('2026-06-01');
  await page.getByLabel('Leg').selectOption('TRANSIT');
  await page.getByLabel('Country').fill('honduras');
  await page.getByLabel('Headline').fill(headline);
  await page.getByLabel('Origin').selectOption('OBSERVED');
}

const selectedIn = (control: Locator): Promise<string> =>
  control.evaluate((element) => {
    const { value, selectionStart, selectionEnd } = element as HTMLTextAreaElement | HTMLInputElement;
    return value.slice(selectionStart ?? 0, selectionEnd ?? 0);
  });

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** Its address, as the page says it. */
async function published(page: Page): Promise<string> {
  await page.getByRole('heading', { name: 'Alert: published' }).waitFor();
  return (await page.locator('.sent code').textContent()) ?? '';
}

async function eventAt(address: string, who: string): Promise<Json & { data: Json }> {
  const headers = { Authorization: `Bearer ${await exchange.token(who)}` };
  const answer = await whenApplied(() => fetch(`${exchange.url}${address}`, { headers }));
  expect(answer.status).toBe(200);
  return (await answer.json()) as Json & { data: Json };
}

test('an alert is written by keyboard alone, from signing in to its address, and seen by others', async () => {
  const headline = `Exercise ${randomUUID()}`;
  const reader = await browser.open(`${exchange.url}/?period=1d&publisher=bz-police`);
  await reader.signIn('gt-mp/duty');
  await reader.page.locator('.dot.live').waitFor();
  const window = await browser.open(`${exchange.url}${form}`);
  const { page, errors, elsewhere, close } = window;
  const at = (pointer: string) => page.locator(`[id="f${pointer}"]`);
  await signInByKeyboard(window, author);
  await page.locator('.publish-form').waitFor();
  await chooseAt(window, at('/data/category'), 'SMUGGLING');
  await chooseAt(window, at('/data/status'), 'EXERCISE');
  await typeAt(window, at('/data/occurred/from'), '06012026');
  await chooseAt(window, at('/data/places/0/leg'), 'TRANSIT');
  await typeAt(window, at('/data/places/0/country'), 'Honduras');
  await typeAt(window, at('/data/places/0/subdivision'), 'HN-CR');
  await typeAt(window, at('/data/information/0/headline'), headline);
  await chooseAt(window, at('/data/source/origin'), 'OBSERVED');
  await enterAt(window, page.locator('button[type="submit"]'));
  await page.getByRole('heading', { name: 'Alert: who will read it' }).waitFor();
  expect(await page.getByRole('heading', { name: /^\d+ agencies would read it$/ }).count()).toBe(1);
  expect(await page.locator('.review table').textContent()).toContain('(gt-mp)');
  await enterAt(window, page.locator('.publish-end button.primary'));
  const address = await published(page);
  await reader.page.locator(`article[data-name="${nameIn(address)}"]`).waitFor();
  const { data } = await eventAt(address, 'gt-mp');
  expect(data['places']).toEqual([expect.objectContaining({ country: 'HN', subdivision: 'HN-CR' })]);
  expect([errors, elsewhere]).toEqual([[], []]);
  await reader.close();
  await close();
});

describe('what is wrong is said where it is', () => {
  test('while it is typed, and only where the author has been', async () => {
    const { page, close } = await openForm();
    const country = page.getByLabel('Country');
    await country.fill('Atlantis');
    const notes = page.locator('[id="f/data/places/0/country-notes"]');
    await notes.waitFor();
    expect(await notes.textContent()).toMatch(/ISO 3166-1/);
    expect(await country.getAttribute('aria-invalid')).toBe('true');
    expect(await country.getAttribute('aria-describedby')).toContain('f/data/places/0/country-notes');
    expect(await page.locator('.note').count()).toBe(1);
    await country.fill('Honduras');
    await notes.waitFor({ state: 'detached' });
    await close();
  });

  test('all of it when he wants to go on, each with the way to it', async () => {
    const { page, close } = await openForm();
    await press(page, 'Review who will read it');
    await page.locator('.summary:focus').waitFor();
    await page.locator('.summary').getByRole('link', { name: 'Text › 1 › Headline' }).click();
    await page.locator('[id="f/data/information/0/headline"]:focus').waitFor();
    await close();
  });

  test('what says who somebody is is marked in its text, and is not sent', async () => {
    const { page, close } = await openForm();
    await fill(page, 'Exercise');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    const description = page.getByLabel('Description');
    await description.fill('Write to +52 55 5555 0134; her CURP is LOHR880720HDFPMX39.');
    await page.locator('mark', { hasText: '+52 55 5555 0134' }).waitFor();
    await page.locator('mark', { hasText: 'LOHR880720HDFPMX39' }).waitFor();
    await press(page, 'Review who will read it');
    await page.locator('.summary').getByText('Telephone number').waitFor();
    await page.getByRole('button', { name: 'Show it in the text' }).first().click();
    expect(['+52 55 5555 0134', 'LOHR880720HDFPMX39']).toContain(await selectedIn(description));
    expect(asked.filter((path) => path.startsWith('/console/v1/events'))).toEqual([]);
    await close();
  });

  test('what is doubtful is asked about, and goes with a reason', async () => {
    const { page, close } = await openForm();
    await fill(page, 'Exercise');
    await page.getByLabel('Description').fill('The victim Ana Luz Ejemplo was seen.');
    await page.locator('.doubtful mark', { hasText: 'Ana Luz Ejemplo' }).waitFor();
    await press(page, 'Review who will read it');
    await page.locator('.summary').getByText('Name of a person').waitFor();
    const reason = page.getByLabel('Why it may be said');
    await reason.fill('Ask +52 55 5555 0134.');
    await page.locator('[id="f/confirmed-notes"] mark', { hasText: '+52 55 5555 0134' }).waitFor();
    await reason.fill('An invented name, for an exercise.');
    await press(page, 'Review who will read it');
    await page.getByText('You confirm what is doubtful: An invented name').waitFor();
    await press(page, 'Publish');
    await published(page);
    await close();
  });
});

describe('a place on the map', () => {
  const degrees = (page: Page, name: string): Promise<number> =>
    page.getByLabel(name).inputValue().then(Number);
  const coordinates = async (page: Page) => [
    await degrees(page, 'Latitude'),
    await degrees(page, 'Longitude'),
  ];

  test('is clicked, and fills latitude, longitude and country', async () => {
    const window = await openForm();
    const { page, close } = window;
    await page.getByText('Choose on the map').click();
    const map = page.getByRole('application');
    const honduras = map.locator('[data-country="HN"]');
    await honduras.waitFor({ state: 'attached' });
    // Boundaries are drawn there, and nothing that events say.
    expect(await page.locator('.place-map').textContent()).toMatch(/do not imply endorsement[^.]+\.$/);
    await map.scrollIntoViewIfNeeded();
    const box = await honduras.boundingBox();
    if (box === null) throw new Error('there is no Honduras');
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    expect(await page.getByLabel('Country').inputValue()).toBe('Honduras (HN)');
    const [latitude, longitude] = await coordinates(page);
    expect([Math.abs((latitude ?? 0) - 14.7) < 1.5, Math.abs((longitude ?? 0) + 86.2) < 2]).toEqual([
      true,
      true,
    ]);
    expect(await violationsOf(window)).toEqual([]);
    await close();
  });

  test('is found by arrows from where it was, and set by the key', async () => {
    const window = await openForm();
    const { page, close } = window;
    await page.getByLabel('Latitude').fill('23.5');
    await page.getByLabel('Longitude').fill('-102.5');
    await tabTo(window, page.getByText('Choose on the map'));
    await page.keyboard.press('Enter');
    await page.getByRole('application').waitFor();
    await tabTo(window, page.getByRole('application'));
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await coordinates(page)).toEqual([23.5, -102.5]);
    await page.keyboard.press('Enter');
    await said(window, 'Place set: Mexico');
    const [latitude = 0, longitude = 0] = await coordinates(page);
    expect([latitude > 23.5, longitude > -102.5]).toEqual([true, true]);
    expect(latitude - 23.5).toBeGreaterThan(longitude + 102.5);
    expect(await page.getByLabel('Country').inputValue()).toBe('Mexico (MX)');
    await close();
  });
});

test('a subject is sent as the attribute, and is checked as it', async () => {
  const { page, close } = await openForm();
  await fill(page, 'Exercise');
  const subject = page.getByLabel('Subject');
  await subject.fill('Write to +52 55 5555 0134');
  const notes = page.locator('[id="f/subject-notes"]');
  await notes.getByText('Telephone number').waitFor();
  await notes.locator('mark', { hasText: '+52 55 5555 0134' }).waitFor();
  await notes.getByRole('button', { name: 'Show it in the text' }).click();
  expect(await selectedIn(subject)).toBe('+52 55 5555 0134');
  await press(page, 'Review who will read it');
  await page.locator('.summary').getByRole('link', { name: 'Subject' }).waitFor();
  await subject.fill('Exercise 7/2026');
  await press(page, 'Review who will read it');
  await press(page, 'Publish');
  expect(await eventAt(await published(page), 'bz-police')).toMatchObject({ subject: 'Exercise 7/2026' });
  await close();
});

describe('a draft', () => {
  const headline = 'Exercise that is not finished';
  const kept = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify({ ...localStorage }));

  test('survives a reload, and goes when it is sent', async () => {
    const { page, close } = await openForm();
    await fill(page, headline);
    await page.reload();
    await page.getByLabel('Headline').waitFor();
    expect(await page.getByLabel('Headline').inputValue()).toBe(headline);
    await press(page, 'Review who will read it');
    await press(page, 'Publish');
    await published(page);
    expect(await kept(page)).not.toContain(headline);
    await close();
  });

  test('goes when its author signs out', async () => {
    const { page, close } = await openForm();
    await page.getByLabel('Headline').fill(headline);
    await page.getByText('Kept in this browser').waitFor();
    await page.locator('details.who summary').click();
    await press(page, 'Sign out');
    await page.locator('header a[href^="/console/sign-in"]').waitFor();
    expect(await kept(page)).not.toContain(headline);
    await close();
  });

  test('is not there for another agency in the same browser', async () => {
    const { page, context, signIn, close } = await openForm();
    await page.getByLabel('Headline').fill(headline);
    await page.getByText('Kept in this browser').waitFor();
    expect(await kept(page)).toContain(headline);
    await context.clearCookies();
    await page.reload();
    await signIn('gt-mp/duty');
    await page.locator('.publish-form').waitFor();
    expect(await page.getByLabel('Headline').inputValue()).toBe('');
    expect(await kept(page)).not.toContain(headline);
    await close();
  });
});

test('an update begins with what stands, and goes on with its thread', async () => {
  const first = await keptBy(exchange, 'bz-police', exampleEvent('alert', randomUUID()));
  await whenApplied(() => fetch(`${exchange.url}${first}`));
  const name = nameIn(first);
  const { page, signIn, close } = await browser.open(
    `${exchange.url}/?period=1d&publisher=bz-police&open=${name}`,
  );
  await signIn(author);
  await page.getByRole('link', { name: 'Write a new version' }).click();
  await page.locator('.publish-form').waitFor();
  const headline = `Newer ${randomUUID()}`;
  expect(await page.getByLabel('Category').inputValue()).not.toBe('');
  await page.getByLabel('Headline').first().fill(headline);
  await press(page, 'Review who will read it');
  await press(page, 'Publish');
  const event = await eventAt(await published(page), 'bz-police');
  expect(event['thread']).toBe(name);
  expect(event.data).toMatchObject({ messageType: 'UPDATE', references: [first] });
  await close();
});

test('what needs a second signature says so before it is sent, and waits', async () => {
  const { page, close } = await openForm();
  await fill(page, 'Exercise');
  await page.getByLabel('Marking').selectOption('RED');
  const audience = page.getByLabel('For which agencies');
  await audience.fill('gt-mp');
  await audience.press('Enter');
  await press(page, 'Review who will read it');
  await page.getByText(/It waits until a releaser of .*\(bz-police\) signs it/).waitFor();
  await press(page, 'Send for signature');
  await page.getByRole('heading', { name: 'Alert: waits for a second signature' }).waitFor();
  expect(await page.locator('.sent code').textContent()).toMatch(/^\/v1\/drafts\/bz-police\//);
  await close();
});

test('an answer that is lost leaves one event: the same is sent again', async () => {
  const { page, close } = await openForm();
  await fill(page, 'Exercise');
  await press(page, 'Review who will read it');
  const bodies: string[] = [];
  await page.route('**/console/v1/events', async (route) => {
    bodies.push(route.request().postData() ?? '');
    if (bodies.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await press(page, 'Publish');
  await page.getByText('It is not known whether the event was kept').waitFor();
  await press(page, 'Try again');
  const address = await published(page);
  expect(bodies).toHaveLength(2);
  expect(bodies[1]).toBe(bodies[0]);
  expect(address).toContain((JSON.parse(bodies[0] ?? '') as { id: string }).id);
  await close();
});
