import { expect, test } from 'vitest';
import spanish from './corpus/es.json' with { type: 'json' };
import { findInText } from './text-findings.ts';

const length = 20_000;

const filledWith = (part: string, size = length) => part.repeat(Math.ceil(size / part.length)).slice(0, size);

/** Milliseconds of the processor, the best of five: what the code costs, not what else the machine did. */
function cost(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 5; attempt++) {
    const start = process.cpuUsage();
    findInText(text);
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

const prose =
  'Anuncios en redes sociales ofrecen empleo en el campo con transporte pagado; al llegar se retienen los documentos y se cobra el ' +
  'viaje como deuda. Las víctimas reciben atención integral. El 14 de marzo de 2026 se atendió a 1,023 personas en 12 albergues. ';
const dense = spanish.negatives.map(({ text }) => text).join(' ');

test('20,000 characters cost a few milliseconds', () => {
  const ofProse = cost(filledWith(prose));
  const ofDense = cost(filledWith(dense));
  console.info(
    `20,000 characters: ${ofProse.toFixed(1)} ms of prose, ${ofDense.toFixed(1)} ms of the corpus's negatives`,
  );
  // Twelve times what was measured: the bound is for what grows, not for a slow machine.
  expect(ofProse).toBeLessThan(30);
  expect(ofDense).toBeLessThan(75);
});

test.each([
  ['1', '1 ', '1-', '1234-', '5555 1234 ', '0000 0000 ', '+1 ', '+502 0000 ', '+12345678 ', '00'],
  ['@', 'a@', 'a.', 'x@a.a.a.a.a.a.', '(at)', 'a-'],
  ['A', 'Ana ', 'A. ', 'víctima ', 'víctima Ana ', 'Ana, víctima ', 'Nombre: Ana ', 'llamada Ana '],
  [
    'tel ',
    'tel 1',
    'llamada ',
    'expediente ',
    'expediente 5555 1234 ',
    'pasaporte ',
    'pasaporte A1-',
    'pasaporte G123456 ',
  ],
  ['nacida ', 'nacida el 1 de ', 'fecha de nacimiento ', 'nacida 1/1/2001 ', 'nacida 1/1/2001, 2/2/2002 '],
  ['calle ', 'calle a ', 'colonia a ', '12 Aa ', '5a avenida 1-', 'casa 1 '],
  [
    '<',
    'P<MEXPEREZ<<ANA<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n',
    '123456789012345678 ',
    'GEPM950312MCSRRR06 ',
    ' ',
    '\n',
    '🚨',
    '(',
  ],
])('hostile texts of %j and the like', (...parts) => {
  for (const part of parts) {
    const once = cost(filledWith(part));
    const five = cost(filledWith(part, 5 * length));
    expect({ part, tooLong: once > 450 }).toEqual({ part, tooLong: false });
    // Linear, with room for noise: five times the text is at most ten times the work.
    expect({ part, tooSteep: five > 10 * Math.max(once, 4) }).toEqual({ part, tooSteep: false });
  }
});
