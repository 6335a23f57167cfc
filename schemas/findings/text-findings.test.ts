import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findInText } from './text-findings.ts';

test('where two overlap the surer stands: a labelled number is an identifier, and no name or address is cut out of it', () => {
  const text = 'Cédula de la víctima Ana Tzoc: 001-0000000-9, calle Real 12, ana@example.org';
  expect(findInText(text)).toEqual([
    { finding: 'name', certainty: 'DOUBTFUL', start: text.indexOf('Ana'), length: 8 },
    { finding: 'identifier', certainty: 'CERTAIN', start: text.indexOf('001'), length: 13 },
    { finding: 'address', certainty: 'DOUBTFUL', start: text.indexOf('calle'), length: 13 },
    { finding: 'email', certainty: 'CERTAIN', start: text.indexOf('ana@'), length: 15 },
  ]);
});

/** Texts made of what the finders look for, so that properties are tried where something is found. */
const pieces = fc.array(
  fc.oneof(
    fc.constantFrom(
      'víctima ',
      'Ana Tzoc',
      'tel. ',
      '2234-5678',
      ' pasaporte n.º ',
      'G123456',
      '@',
      'example.org',
      'nacida el ',
    ),
    fc.constantFrom(
      '12/03/2009',
      ' calle Real ',
      '12',
      '-',
      '\n',
      '+502 5555 0134',
      '4111 1111 1111 1111',
      ', ',
      '<',
      'é',
      '🚨',
    ),
    fc.string({ unit: 'grapheme', maxLength: 5 }),
  ),
  { maxLength: 30 },
);

test('findings lie within the text, in its order, and do not overlap', () => {
  let some = 0;
  fc.assert(
    fc.property(pieces, (parts) => {
      const text = parts.join('');
      let end = 0;
      for (const { start, length } of findInText(text)) {
        some++;
        expect(start).toBeGreaterThanOrEqual(end);
        expect(length).toBeGreaterThan(0);
        end = start + length;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 500 },
  );
  expect(some).toBeGreaterThan(40);
});

test('a second look finds the same: no finder remembers where it was', () => {
  const text = 'La víctima Ana Tzoc, tel. 2234-5678, pasaporte n.º G123456, nacida el 12/03/2009';
  const first = findInText(text);
  expect(first).toHaveLength(4);
  expect(findInText(text)).toEqual(first);
});
