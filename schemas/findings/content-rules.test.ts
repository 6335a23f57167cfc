import { expect, test } from '@jest/globals';
import { contentRules, doubtsIn } from './content-rules.ts';

const data = (description: string) => ({
  information: [{ language: 'es', headline: 'EJERCICIO', description }],
});

test('what is refused is found behind any number of what is asked about', () => {
  const doubts = 'La víctima Ana Luz Ejemplo vive en la calle Juárez 12. '.repeat(150);
  const text = `${doubts} Escriba a avisos@ejercicio.example.`;
  expect(contentRules('alert', data(text))).toMatchObject([
    { rule: 'content/personal-data', finding: 'email' },
  ]);
  expect(doubtsIn('alert', data(text))).toHaveLength(100);
});
