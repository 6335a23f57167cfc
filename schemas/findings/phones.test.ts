import { expect, test } from 'vitest';
import { marked, spansOf } from './marked.ts';
import { findPhones } from './phones.ts';

test.each([
  'Llame al ⟦2234-5678⟧ o al ⟦+502 5555 0134⟧.',
  'Tel. ⟦22345678⟧; cel: ⟦5555 0134⟧',
  '⟦(305) 555-0134⟧, ⟦305-555-0134⟧, ⟦305.555.0134⟧, ⟦1-800-555-0134⟧',
  'desde el ⟦55 5555 0134⟧ y desde el ⟦00502 5555 0134⟧',
  '⟦502 5555 0134⟧ (Guatemala)',
  'Línea gratuita: ⟦01 800 5553 000⟧',
  'Whoever sees it: call ⟦212-3456⟧.',
  'de 2019-2024 y de 1990 2024 hubo 1 234 567 casos y 12.345.678 quetzales',
  'Expediente 2234-5678, caso n.º 55 5555 0134, resolución 305-555-0134',
  'el 2026-03-14 a las 18:30, 14.634912, -90.506912, ISBN 978-92-1-130412-3',
  'Llamadas recibidas: 4 512 en 2026; teléfonos retenidos: 32',
  'Mujeres 3120 2890\nHombres 4512 3870 y 12 4512 3870 8382; entre 3000-4500 dólares; de 3120-3290 personas',
  'Marque 911 o 089.',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findPhones(text))).toEqual(spans);
});
