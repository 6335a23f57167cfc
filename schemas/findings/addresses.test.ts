import { expect, test } from 'vitest';
import { findAddresses } from './addresses.ts';
import { marked, spansOf } from './marked.ts';

test.each([
  'en la ⟦calle 5 de Mayo n.º 120⟧, planta baja',
  '⟦Av. Insurgentes Norte 14⟧; ⟦5a avenida 12-34, zona 1⟧',
  '⟦colonia Las Flores, bloque B, casa 12⟧',
  'at ⟦1420 East Palm Avenue⟧ and ⟦12 W. Cedar Ln⟧',
  'La avenida principal y la calle Real; la colonia Doctores',
  'una avenida de 4 carriles, la calle Real a 14 metros, la carrera de trabajo social 2026',
  'la calle de Frontera Comalapa donde hubo 14 personas',
  'kilómetro 120 de la carretera CA-4; Main Street was closed for 3 hours',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findAddresses(text))).toEqual(spans);
});
