import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator } from 'playwright-core';
import { expect, test } from 'vitest';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent } from '../exchange.ts';
import { keptBy, nameIn, postAs } from '../http/ask.ts';
import { draftsOf } from '../http/drafts.ts';
import { acknowledgement, alert, recall } from '../http/taken-back.ts';
import type { Window } from './browser.ts';
import { openConsole } from './opened.ts';

/** "My agency": what waits, was refused, is overdue, and what is done about it there. */

const { exchange, browser } = await openConsole();
const { sign } = draftsOf(() => exchange);

async function pageOf(who: string): Promise<Window> {
  const window = await browser.open(`${exchange.url}/agency`);
  await window.signIn(who);
  await window.page.locator('.counts').waitFor();
  return window;
}

const entry = ({ page }: Window, part: string, name: string): Locator =>
  page.locator(`#${part} li[data-name="${name}"]`);

/** What is told a moment later, or is so from a time on: the page is looked at again until it is there. */
async function seen({ page }: Window, place: Locator): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    await page.reload();
    await page.locator('#refused .muted, #refused li').first().waitFor();
    if (
      await place
        .first()
        .waitFor({ timeout: 1_000 })
        .then(
          () => true,
          () => false,
        )
    )
      return;
  }
  await place.first().waitFor({ timeout: 1 });
}

/** A decision waits for a second signature: `<agency>/<id>`. */
async function waitingDecision(id: string = randomUUID(), more: object = {}): Promise<string> {
  const event = { ...exampleEvent('decision', id), tlp: 'AMBER', ...more };
  const answer = await postAs(exchange, 'ppt-office/duty', event);
  expect(answer.status).toBe(202);
  return `ppt-office/${id}`;
}

test('what needs a second signature waits with the other person, is signed there, and then is in the feed', async () => {
  const name = await waitingDecision();
  const window = await pageOf('ppt-office/releaser');
  const draft = entry(window, 'drafts', name);
  await draft.waitFor();
  expect(
    Number(await window.page.locator('[data-count="agency.count-sign"] strong').textContent()),
  ).toBeGreaterThan(0);
  expect(await due(window, '/agency')).toBeGreaterThan(0);
  // Nothing is signed unread.
  expect(await draft.getByRole('button', { name: 'Sign and publish' }).count()).toBe(0);
  await draft.getByRole('button', { name: 'Read it' }).click();
  await draft.getByText('EXERCISE: a common interview guide').first().waitFor();
  await draft.getByRole('button', { name: 'Sign and publish' }).click();
  await draft.waitFor({ state: 'detached' });
  await window.page.goto(`${exchange.url}/?kind=decision&publisher=ppt-office&period=1d`);
  await window.page.locator(`article[data-name="${name}"]`).waitFor();
  expect(window.errors).toEqual([]);
  await window.close();
});

test('what was sent again since it was read is not signed before it is read again', async () => {
  const id = randomUUID();
  const name = await waitingDecision(id);
  const window = await pageOf('ppt-office/releaser');
  const draft = entry(window, 'drafts', name);
  const read = draft.getByRole('button', { name: 'Read it' });
  const signing = draft.getByRole('button', { name: 'Sign and publish' });
  await read.click();
  await signing.waitFor();
  await waitingDecision(id, { subject: 'EXERCISE: another one' });
  await signing.click();
  await read.waitFor();
  expect(await signing.count()).toBe(0);
  await draft.getByText('It was sent again since you read it').waitFor();
  await read.click();
  await draft.getByText('EXERCISE: another one').waitFor();
  await signing.click();
  await draft.waitFor({ state: 'detached' });
  expect(window.errors).toEqual([]);
  await window.close();
});

test('what is returned comes back to its writer with the reason, and he takes it away', async () => {
  const name = await waitingDecision();
  const reason = 'Falta la fecha de la reunión';
  const releaser = await pageOf('ppt-office/releaser');
  const theirs = entry(releaser, 'drafts', name);
  await theirs.getByRole('button', { name: 'Read it' }).click();
  await theirs.locator('summary', { hasText: 'Return' }).click();
  await theirs.getByLabel('Reason').fill(reason);
  await theirs.getByRole('button', { name: 'Return' }).click();
  await theirs.getByText('Returned').waitFor();
  await releaser.page.reload();
  await theirs.getByRole('button', { name: 'Read it' }).click();
  await theirs.getByText('EXERCISE: a common interview guide').first().waitFor();
  expect(await theirs.getByRole('button', { name: 'Sign and publish' }).count()).toBe(0);
  await releaser.close();

  const writer = await pageOf('ppt-office/duty');
  const own = entry(writer, 'drafts', name);
  await own.getByText(reason).waitFor();
  expect(await own.getAttribute('data-state')).toBe('RETURNED');
  await own.getByRole('button', { name: 'Read it' }).click();
  expect(await own.getByRole('button', { name: 'Sign and publish' }).count()).toBe(0);
  await own.getByRole('button', { name: 'Take it away' }).click();
  await own.waitFor({ state: 'detached' });
  await writer.close();
});

test('what was refused is there with its field and why, in both languages, and nothing that was sent', async () => {
  const word = `UNHEARD-${randomUUID()}`;
  const answer = await postAs(
    exchange,
    'hn-mp',
    exampleEvent('alert', randomUUID(), {
      [word]: 1,
      category: word,
      places: [{ leg: word, country: 'MX' }],
    }),
  );
  expect(answer.status).toBe(422);
  const window = await pageOf('hn-mp/duty');
  const refused = window.page.locator('#refused li').first();
  await seen(window, refused.getByText('/data/category'));
  await refused.getByText('The value is not in the list.').first().waitFor();
  // By the names of the form, and by the pointer for whoever writes software.
  const named = (name: string): Locator => refused.getByRole('term').filter({ hasText: name });
  await named('Places › Leg /data/places/leg').waitFor();
  await refused.getByText('The contract has no such field.').waitFor();
  expect(await window.page.content()).not.toContain(word);
  await window.page.locator('details.choices summary').click();
  await window.page.getByLabel('Language').selectOption('es');
  await refused.getByText('El valor no está en la lista.').first().waitFor();
  await named('Lugares › Tramo /data/places/leg').waitFor();
  await window.close();
}, 60_000);

test('what other kinds name otherwise has the name of the kind that was refused', async () => {
  const event = exampleEvent('training', randomUUID(), { information: [] });
  expect((await postAs(exchange, 'hn-inm', event)).status).toBe(422);
  const window = await pageOf('hn-inm/duty');
  const refused = window.page.locator('#refused li').first();
  await seen(window, refused.locator('.chip.kind', { hasText: 'Training' }));
  expect(await refused.getByRole('term').allTextContents()).toEqual(['Announcement text /data/information']);
  await window.close();
});

test('an acknowledgement that is overdue is shown to who waits for it and to who owes it', async () => {
  const ackby = new Date(Date.now() + onThisMachine(3_000, 20_000)).toISOString();
  const event = alert({ tlp: 'AMBER', audience: 'sv-fgr', ackby });
  const name = nameIn(await keptBy(exchange, 'bz-atips', event));
  for (const [who, part] of [
    ['bz-atips/duty', 'missing'],
    ['sv-fgr/duty', 'asked'],
  ] as const) {
    const window = await pageOf(who);
    const overdue = window.page.locator(`#${part} li[data-name="${name}"][data-overdue="true"]`);
    await seen(window, overdue);
    await overdue.getByText('Overdue').waitFor();
    if (part === 'missing') await overdue.getByText('sv-fgr').waitFor();
    await window.close();
  }
});

test('who could read what was taken back states what became of his copies', async () => {
  const address = await keptBy(exchange, 'bz-atips', alert({ tlp: 'AMBER', audience: 'sv-fgr,pa-snm' }));
  await keptBy(exchange, 'bz-atips', recall(address));
  const name = nameIn(address);
  const window = await pageOf('sv-fgr/duty');
  const recalled = entry(window, 'recalls', name);
  await recalled.getByRole('button', { name: 'Send' }).click();
  await recalled.locator('.lines').getByText('Copies are deleted').waitFor();
  await window.close();

  const other = await pageOf('pa-snm/duty');
  const theirs = entry(other, 'recalls', name);
  await theirs.getByLabel('Copies cannot be deleted').check();
  await theirs.getByLabel('Why not').fill('Está en un expediente judicial');
  await theirs.getByRole('button', { name: 'Send' }).click();
  await theirs.locator('.lines').getByText('Está en un expediente judicial').waitFor();
  await other.close();
  const owner = await pageOf('bz-atips/duty');
  const lines = entry(owner, 'recalls', name).locator('.lines');
  await lines.getByText('Copies are deleted').waitFor();
  await lines.getByText('Está en un expediente judicial').waitFor();
  await owner.close();
});

/** What the menu says to be due at a page. */
async function due({ page }: Window, path: string): Promise<number> {
  const [text = '0'] = await page.locator(`.menu a[href="${path}"] .badge [aria-hidden]`).allTextContents();
  return Number(text);
}

/** By itself: nothing is loaded anew. */
async function untilDue(window: Window, path: string, holds: (count: number) => boolean): Promise<number> {
  const deadline = Date.now() + 90_000;
  for (;;) {
    const count = await due(window, path);
    if (holds(count)) return count;
    if (Date.now() > deadline) throw new Error(`${count} are due at ${path}`);
    await sleep(200);
  }
}

/** The decision is Canada's to carry out, and soon. */
async function decisionDue(): Promise<void> {
  const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  const event = exampleEvent('decision', randomUUID(), { due: day, responsible: ['CA'] });
  const answer = await postAs(exchange, 'ts-office/duty', { ...event, tlp: 'AMBER' });
  const { draft } = (await answer.json()) as { draft: string };
  expect((await sign(draft, 'ts-office/releaser')).status).toBe(201);
}

test('the menu says how much is due, more and less of it by itself, and by a name in both languages', async () => {
  const ask = (): Promise<string> => {
    const ackby = new Date(Date.now() + 3_600_000).toISOString();
    return keptBy(exchange, 'bz-atips', alert({ tlp: 'AMBER_STRICT', audience: 'ca-cbsa', ackby }));
  };
  await Promise.all([ask(), decisionDue()]);
  const window = await browser.open(exchange.url);
  await window.signIn('ca-cbsa/duty');
  const { page } = window;
  const asked = await untilDue(window, '/agency', (count) => count >= 1);
  const decided = await untilDue(window, '/decisions', (count) => count >= 1);
  const [second] = await Promise.all([ask(), decisionDue()]);
  await untilDue(window, '/agency', (count) => count > asked);
  await untilDue(window, '/decisions', (count) => count > decided);
  await keptBy(exchange, 'ca-cbsa', acknowledgement(second));
  await untilDue(window, '/agency', (count) => count <= asked);
  // What is taken back asks for a statement.
  await keptBy(exchange, 'bz-atips', recall(second));
  await untilDue(window, '/agency', (count) => count > asked);

  await page.getByRole('link', { name: /^My agency \d+ due$/ }).click();
  await page.getByRole('link', { name: /^[1-9]\d* to acknowledge$/ }).waitFor();
  await page.getByRole('link', { name: /^[1-9]\d* statements due$/ }).waitFor();
  await page.locator('details.choices summary').click();
  await page.getByLabel('Language').selectOption('es');
  for (const name of [/^Mi institución \d+ pendientes?$/, /^Decisiones \d+ pendientes?$/])
    await page.getByRole('link', { name }).waitFor();
  expect(window.errors).toEqual([]);
  await window.close();
}, 300_000);

test('signed out there is nothing but the way to sign in', async () => {
  const window = await browser.open(`${exchange.url}/agency`);
  await window.page.locator('main a[href^="/console/sign-in"]').waitFor();
  expect(await window.page.locator('.part').count()).toBe(0);
  await window.close();
});
