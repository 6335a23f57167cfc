import { expect, test } from 'vitest';
import { findEmails } from './emails.ts';
import { marked, spansOf } from './marked.ts';

test.each([
  'Escriba a ⟦ana.perez+x@correo.example.org⟧.',
  '<⟦ana@example.com⟧>, ⟦LUIS@EXAMPLE.COM⟧',
  '⟦ana (arroba) example.com⟧ y ⟦luis[at]example.org⟧',
  '⟦josé@españa.example⟧',
  'Síganos en @rcm_puebla, a las 9 @ la sala 2, precio 3@5.00',
  'una lista: @@@@, a@, @b.example',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findEmails(text))).toEqual(spans);
});
