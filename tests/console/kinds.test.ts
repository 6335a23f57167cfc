import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { exampleEvent } from '../exchange.ts';
import { keptBy, nameIn, postAs, whenApplied } from '../http/ask.ts';
import { draftsOf } from '../http/drafts.ts';
import type { Window } from './browser.ts';
import { openConsole } from './opened.ts';

/** The pages of practices, trainings and decisions. */

const { exchange, browser } = await openConsole();

const { sign } = draftsOf(() => exchange);
const entry = ({ page }: Window, name: string) => page.locator(`.cards > li[data-name="${name}"]`);

test('practices: one is found by what came of it, read beside the list, and another comes without a reload', async () => {
  const practice = async (outcome: string): Promise<string> =>
    nameIn(await keptBy(exchange, 'cr-pani', exampleEvent('practice', randomUUID(), { outcome })));
  const [worked, failed] = [await practice('WORKED'), await practice('DID_NOT_WORK')];
  const window = await browser.open(`${exchange.url}/practices?publisher=cr-pani`);
  await entry(window, worked).waitFor();
  await entry(window, failed).waitFor();
  await window.page.locator('.filter summary', { hasText: 'Outcome' }).click();
  await window.page.locator('.filter details[open] label').nth(2).click();
  await entry(window, worked).waitFor({ state: 'detached' });
  await entry(window, failed).waitFor();
  expect(new URL(window.page.url()).searchParams.get('outcome')).toBe('DID_NOT_WORK');
  await window.page.keyboard.press('Escape');
  await entry(window, await practice('DID_NOT_WORK')).waitFor();
  await whenApplied(() => fetch(`${exchange.url}/v1/events/${failed}`));
  await entry(window, failed).getByRole('link').focus();
  await window.page.keyboard.press('Enter');
  await window.page.locator('.record .facts-list').waitFor();
  expect(new URL(window.page.url()).searchParams.get('open')).toBe(failed);
  expect(window.errors).toEqual([]);
  expect(window.elsewhere).toEqual([]);
  await window.close();
});

test('trainings: a session stands at its hour in the chosen zone, and goes into a calendar', async () => {
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  const data = {
    sessions: [{ days: { from: day } }, { start: `${day}T15:00:00Z`, end: `${day}T17:30:00Z` }],
    zone: 'America/Panama',
    registrationUntil: null,
  };
  const name = nameIn(await keptBy(exchange, 'iom-regional', exampleEvent('training', randomUUID(), data)));
  const window = await browser.open(`${exchange.url}/trainings?publisher=IOM&month=${day.slice(0, 7)}`);
  const hours = window.page.locator(`.day:has(time[datetime="${day}"]) li[data-name="${name}"] .hour`);
  await hours.waitFor();
  expect((await hours.textContent())?.trim()).toBe('09:00');
  await window.page.locator('details.choices summary').click();
  await window.page.getByLabel('Time zone').selectOption('America/Santo_Domingo');
  expect((await hours.textContent())?.trim()).toBe('11:00');

  // From a month in which nothing is held, the way leads to the next in which something is.
  await window.page.goto(`${exchange.url}/trainings?publisher=IOM&month=2001-02`);
  const next = window.page.getByRole('button', { name: /^The next is in / });
  const month = (await next.textContent())?.replace('The next is in ', '');
  await next.click();
  await window.page.locator('.day[data-empty="false"] a').first().waitFor();
  expect((await window.page.locator('#month-name').textContent())?.trim()).toBe(month);

  await window.page.getByRole('link', { name: 'Coming' }).click();
  const card = entry(window, name);
  await card.getByText(/11:00 – 13:30 \(America\/Santo_Domingo\)/).waitFor();
  await card.getByText(/10:00 – 12:30 \(America\/Panama\)/).waitFor();
  const saved = window.page.waitForEvent('download');
  await card.getByRole('button').click();
  const text = await readFile(await (await saved).path(), 'utf8');
  const compact = day.replaceAll('-', '');
  expect(text).toContain(`DTSTART;VALUE=DATE:${compact}`);
  expect(text).toContain(`DTSTART:${compact}T150000Z`);
  expect(text).toContain(`DTEND:${compact}T173000Z`);
  expect(window.errors).toEqual([]);
  await window.close();
});

test('decisions: what is overdue first, then by the day on which it is due', async () => {
  const decision = async (due: string | null): Promise<string> => {
    const id = randomUUID();
    const event = { ...exampleEvent('decision', id, { due }), tlp: 'AMBER' };
    const { draft } = (await (await postAs(exchange, 'ts-office/duty', event)).json()) as { draft: string };
    expect((await sign(draft, 'ts-office/releaser')).status).toBe(201);
    return `ts-office/${id}`;
  };
  const names = [
    await decision(null),
    await decision('2030-01-31'),
    await decision('2026-06-30'),
    await decision('2029-12-31'),
  ];
  const window = await browser.open(`${exchange.url}/decisions`);
  await window.signIn('mx-fgr/duty');
  for (const name of names) await entry(window, name).waitFor();
  const listed = await window.page
    .locator('.cards > li')
    .evaluateAll((all) => all.map((one) => one.getAttribute('data-name') ?? ''));
  const [none, last, overdue, next] = names;
  expect(listed.filter((name) => names.includes(name))).toEqual([overdue, next, last, none]);
  expect(
    await entry(window, overdue ?? '')
      .getByText('Overdue')
      .count(),
  ).toBe(1);
  await window.close();
});
