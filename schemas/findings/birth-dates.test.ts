import { expect, test } from 'vitest';
import { findBirthDates } from './birth-dates.ts';
import { marked, spansOf } from './marked.ts';

test.each([
  'fecha de nacimiento: ⟦12/03/2009⟧, F. de nac. ⟦2009-03-12⟧',
  'nacida el ⟦12 de marzo de 2009⟧ en Cobán; DOB: ⟦March 12, 2009⟧',
  'Date of birth (as stated) ⟦12 March 2009⟧',
  'born ⟦3 May 2009⟧ and ⟦4 June 2011⟧',
  'La niña nació el ⟦12 de marzo de 2009⟧',
  'El programa nació el 12 de marzo de 2019. The network was born on 3 May 2015.',
  'Nació el ⟦3 de mayo de 2011⟧, dijo la madre; nacimiento: ⟦03/05/2011⟧',
  'niños nacidos en tránsito entre el 1 de enero y el 30 de junio de 2025; nacidas del 1 de mayo de 2024 al 3 de junio de 2025',
  'children born in shelters from 1 January 2024 to 30 June 2025. Coord. Nac. 12/03/2026. Fec. Nac. ⟦12/03/2009⟧',
  'nacida en 2009, de 17 años; el 12/03/2026 salió de Cobán',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findBirthDates(text))).toEqual(spans);
});
