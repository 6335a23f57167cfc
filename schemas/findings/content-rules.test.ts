import { expect, test } from 'vitest';
import { contentRules, isDoubt, reasonRules, subjectRules } from './content-rules.ts';

const data = (description: string) => ({
  information: [{ language: 'es', headline: 'EJERCICIO', description }],
});

test('what is refused is found behind any number of what is asked about', () => {
  const doubts = 'La víctima Ana Luz Ejemplo vive en la calle Juárez 12. '.repeat(150);
  const text = `${doubts} Escriba a avisos@ejercicio.example.`;
  const found = contentRules('alert', data(text));
  expect(found.filter((one) => !isDoubt(one))).toMatchObject([
    { rule: 'content/personal-data', finding: 'email' },
  ]);
  expect(found.filter(isDoubt)).toHaveLength(100);
});

test('a subject is searched as the data is', () => {
  expect(subjectRules('La víctima Ana Luz Ejemplo, tel. 2234-5678')).toMatchObject([
    { pointer: '/subject', rule: 'content/doubtful', finding: 'name', start: 11, length: 15 },
    { pointer: '/subject', rule: 'content/personal-data', finding: 'phone' },
  ]);
});

test.each([
  ['', 'required'],
  ['  ', 'required'],
  ['x'.repeat(301), 'length'],
  ['La víctima Ana Luz Ejemplo lo pide', 'content/personal-data'],
  ['lo autoriza avisos@ejercicio.example', 'content/personal-data'],
])('a reason %j is refused: %s', (reason, rule) => {
  expect(reasonRules(reason)).toMatchObject([{ pointer: '/confirmed', rule }]);
});

test('a reason that says nobody is taken, up to 300 characters', () => {
  for (const reason of ['x', 'Nombre de una calle, no de una persona', 'x'.repeat(300)])
    expect(reasonRules(reason)).toEqual([]);
});
