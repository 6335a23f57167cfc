import { expect, test } from 'vitest';
import { findIdentifiers } from './identifiers.ts';
import { marked, spansOf } from './marked.ts';

test.each([
  'CURP ⟦GEPM950312MCSRRR06⟧',
  '⟦001-0000000-9⟧',
  'dígito que no cuadra: 001-0000000-1, GEPM950312MCSRRR03, 4111 1111 1111 1112',
  'tarjeta ⟦4111 1111 1111 1111⟧ o ⟦4111-1111-1111-1111⟧ o ⟦4111111111111111⟧',
  'SSN ⟦123-45-6789⟧, nunca 000-45-6789',
  'SIN ⟦046-454-286⟧',
  'DNI ⟦12345678Z⟧, NIE ⟦X1234567L⟧, no 12345678A',
  'DUI ⟦00016297-5⟧',
  'CUI ⟦1914 17777 1407⟧, NIT ⟦0614-160198-127-5⟧, CLABE ⟦012180690743915000⟧, RFC ⟦XEXT950901UD2⟧',
  'expediente 4111 1111 1111 1111, folio 001-0000000-9; factura ⟦XEXT950901UD2⟧',
  'a 1,023 personas, 123-456-789-0, 2026-00012345, 14/03/2026',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findIdentifiers(text))).toEqual(spans);
});
