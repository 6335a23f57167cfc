import { expect, test } from 'vitest';
import { findDocumentNumbers } from './documents.ts';
import { marked, spansOf } from './marked.ts';

test.each([
  'pasaporte n.º ⟦G123456⟧',
  'Pasaporte ⟦G12345678⟧; passport number: ⟦123456789⟧',
  'pasaportes ⟦A123456⟧, ⟦B123457⟧ y el de su hermana (⟦C123458⟧)',
  'Pasaporte de la República de Honduras con el número ⟦E123456⟧',
  'Identidad No. ⟦0801-1990-12345⟧, cédula ⟦001-010190-0001A⟧, cédula ⟦8-123-456⟧',
  'cédula de ciudadanía ⟦1.023.456.789⟧',
  'SIN ⟦046 454 286⟧ pero viaja sin 12345678 cosas',
  'Pasaporte hondureño: ⟦B593283⟧; documento: pasaporte. Número: ⟦341511101⟧; matrícula consular ⟦280559573⟧',
  'Permiso de trabajo n.° ⟦487892132⟧, licencia de construcción n.º 48789213, permiso de operación 48789213',
  'Pasaportes entregados: 12345',
  'Alien number ⟦A012345678⟧',
  'Se entregaron pasaportes: 12.345; cédulas: 1 234 567; visas H-2A: 310 676',
  'el pasaporte vence el 2026-03-14, la visa el 14/03/2026 y el DPI en 2027',
  'La guía Pasaporte Seguro 2024-2027 llegó a 1234 personas',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findDocumentNumbers(text))).toEqual(spans);
});
