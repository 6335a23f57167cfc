import { randomUUID } from 'node:crypto';
import { demonstrationRegister, type Register } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { exampleEvent } from '../exchange.ts';
import { keptBy, nameIn } from '../http/ask.ts';
import type { Window } from './browser.ts';
import { chooseAt, enterAt, said, signInByKeyboard, tabTo, typeAt } from './keyboard.ts';
import { openConsole } from './opened.ts';

/** The whole way in one session, by keyboard alone: signing in, filter, publication with a second signature, acknowledgement, recall. */

const cleared = (agency: string, person: string, by: readonly string[]) => ({
  agency,
  person,
  by,
  from: '2026-01-01T00:00:00Z',
  to: null,
});
const register: Register = {
  ...demonstrationRegister,
  clearances: [
    cleared('do-pgr', 'duty', ['do-pgr/focal', 'do-dgm/focal']),
    cleared('gt-pgn', 'duty', ['gt-pgn/focal', 'gt-mp/focal']),
  ],
};

const { exchange, browser } = await openConsole({ directory: { register } });

async function opened(who: string): Promise<Window> {
  const window = await browser.open(`${exchange.url}/?period=1d`, { locale: 'es' });
  await signInByKeyboard(window, who);
  await window.page.locator('.dot.live').waitFor();
  return window;
}

const card = ({ page }: Window, name: string) => page.locator(`article[data-name="${name}"]`);
const field = ({ page }: Window, pointer: string) => page.locator(`[id="f${pointer}"]`);

async function filterBy(window: Window, list: string, value: string): Promise<void> {
  const { page } = window;
  const details = page.locator('.filter-list').filter({ has: page.locator('summary', { hasText: list }) });
  await enterAt(window, details.locator('summary'));
  await tabTo(window, details.getByLabel(value));
  await page.keyboard.press('Space');
}

/** An alert of smuggling for one agency's cleared people. */
async function write(window: Window, headline: string): Promise<void> {
  const { page } = window;
  await enterAt(window, page.locator('.menu a[href="/publish"]'));
  await enterAt(window, page.locator('main a[href="/publish?kind=alert"]'));
  await chooseAt(window, field(window, '/data/category'), 'SMUGGLING');
  await chooseAt(window, field(window, '/data/status'), 'EXERCISE');
  await typeAt(window, field(window, '/data/occurred/from'), '01062026');
  await chooseAt(window, field(window, '/data/places/0/leg'), 'TRANSIT');
  await typeAt(window, field(window, '/data/places/0/country'), 'Honduras');
  await typeAt(window, field(window, '/data/information/0/headline'), headline);
  await chooseAt(window, field(window, '/data/source/origin'), 'OBSERVED');
  await chooseAt(window, field(window, '/tlp'), 'RED');
  await typeAt(window, field(window, '/audience'), 'gt-pgn');
  await page.keyboard.press('Enter');
}

test('from signing in to what is taken back, by keyboard alone', async () => {
  const headline = `Ejercicio ${randomUUID()}`;
  const alertOf = (category: string): Promise<string> =>
    keptBy(exchange, 'do-pgr', exampleEvent('alert', randomUUID(), { category }));
  const [passing, other] = (await Promise.all(['SMUGGLING', 'TRAFFICKING'].map(alertOf))).map(nameIn);
  const [author, releaser, reader] = (await Promise.all(
    ['do-pgr/duty', 'do-pgr/releaser', 'gt-pgn/duty'].map(opened),
  )) as [Window, Window, Window];

  for (const window of [author, reader]) {
    await filterBy(window, 'Publica', 'República Dominicana');
    await card(window, other ?? '').waitFor();
    await filterBy(window, 'Categoría', 'Tráfico ilícito de migrantes');
    await card(window, other ?? '').waitFor({ state: 'detached' });
    await card(window, passing ?? '').waitFor();
  }

  await write(author, headline);
  await enterAt(author, author.page.locator('button[type="submit"]'));
  await author.page.getByRole('heading', { name: 'Alerta: quién lo leerá' }).waitFor();
  expect(await author.page.locator('.review table').textContent()).toContain('(gt-pgn)');
  await author.page.getByText(/^Espera hasta que .*\(do-pgr\) lo firme/).waitFor();
  await enterAt(author, author.page.getByRole('button', { name: 'Enviar a firma' }));
  await author.page.getByRole('heading', { name: 'Alerta: espera una segunda firma' }).waitFor();
  const draft = (await author.page.locator('.sent code').textContent()) ?? '';
  const name = draft.slice('/v1/drafts/'.length);

  await enterAt(releaser, releaser.page.locator('.menu a[href="/agency"]'));
  const waiting = releaser.page.locator(`#drafts li[data-name="${name}"]`);
  await enterAt(releaser, waiting.getByRole('button', { name: 'Leer' }));
  await waiting.getByText(headline).waitFor();
  expect(await card(reader, name).count()).toBe(0);
  await enterAt(releaser, waiting.getByRole('button', { name: 'Firmar y publicar' }));
  await said(releaser, 'Firmado');
  await waiting.waitFor({ state: 'detached' });

  await enterAt(reader, card(reader, name).locator('a'));
  const record = reader.page.locator('.record');
  await record.getByText(headline).first().waitFor();
  await enterAt(reader, record.locator('summary', { hasText: 'Acusar recibo' }));
  await tabTo(reader, record.getByRole('radio', { name: 'Recibido' }));
  await typeAt(reader, record.locator('textarea'), 'Visto en la carretera');
  await enterAt(reader, record.getByRole('button', { name: 'Enviar' }));
  await said(reader, 'Acuse enviado: Recibido');

  await enterAt(author, author.page.locator('.menu a[href="/"]'));
  await enterAt(author, card(author, name).locator('a'));
  const answers = author.page.locator('section[aria-labelledby="record-acknowledgements"]');
  await answers.getByText('Recibido').waitFor();
  await enterAt(author, author.page.locator('.record').getByRole('button', { name: 'Retirar' }));
  const dialog = author.page.getByRole('dialog');
  await chooseAt(author, dialog.locator('select'), 'INCORRECT');
  await enterAt(author, dialog.getByRole('button', { name: 'Retirar' }));
  await said(author, 'Retirado');

  await reader.page.getByText(/^Esto fue retirado\. Motivo: Incorrecto/).waitFor();
  expect(await card(reader, name).count()).toBe(0);
  expect(await reader.page.content()).not.toContain(headline);
  for (const { errors, elsewhere } of [author, releaser, reader])
    expect([errors, elsewhere]).toEqual([[], []]);
  await Promise.all([author, releaser, reader].map((window) => window.close()));
});
