import { expect, test } from 'vitest';
import { marked, spansOf } from './marked.ts';
import { findNames } from './names.ts';

test.each([
  'la víctima ⟦Ana Lucía Tzoc⟧ y el testigo protegido ⟦Luis Cruz⟧',
  '⟦Ana Tzoc⟧, víctima de trata; ⟦Luis Cruz⟧ (testigo)',
  'VÍCTIMA: ⟦ANA TZOC⟧',
  'la menor, llamada ⟦Ana⟧, y su madre, ⟦Rosa de la Cruz⟧',
  'Nombre de la menor: ⟦Ana Tzoc⟧',
  'A teenager named ⟦Ana⟧; the witness ⟦Luis Cruz⟧',
  'Hija de ⟦Ana Tzoc⟧, la niña viaja sola; Mrs ⟦Ana Ruiz⟧, a victim',
  'víctimas en Ciudad Hidalgo, migrantes de San Marcos, menores Nueva Segovia',
  'En Ciudad Hidalgo, menores; municipio de Benito Juárez, víctima de un sismo',
  'Testigos: Unidad de Protección. La víctima fue llevada a la Fiscalía General.',
  'Victims Rescued From Farm in Sinaloa After Long Operation',
  'Los niños del programa llamado Corazón Azul; migrantes OIM ACNUR',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findNames(text))).toEqual(spans);
});
