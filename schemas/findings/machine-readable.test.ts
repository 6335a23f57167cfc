import { expect, test } from 'vitest';
import { findMachineReadable } from './machine-readable.ts';
import { marked, spansOf } from './marked.ts';

test.each([
  `⟦P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<
L898902C36UTO7408122F1204159ZE184226B<<<<<10⟧`,
  'una línea sola: ⟦L898902C36UTO7408122F1204159ZE184226B<<<<<10⟧.',
  '⟦P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<⟧ dice',
  `⟦I<UTOD231458907<<<<<<<<<<<<<<<
7408122F1204159UTO<<<<<<<<<<<6
ERIKSSON<<ANNA<MARIA<<<<<<<<<<⟧`,
  '<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGH',
])('%s', (written) => {
  const { text, spans } = marked(written);
  expect(spansOf(findMachineReadable(text))).toEqual(spans);
});
