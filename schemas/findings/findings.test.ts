import { expect, test } from 'vitest';
import { catalogue } from '../catalogue.ts';
import { personalDataIn } from './findings.ts';

test('every free text of an event is searched, in every language, and the answer never holds it', () => {
  const data = {
    places: [{ leg: 'INCIDENT', country: 'GT', locality: 'casa de la menor Ana Tzoc' }],
    information: [
      { language: 'es', headline: 'Llame al 2234-5678', description: null },
      { language: 'en', headline: 'Exercise', instruction: 'Write to ana@example.org' },
    ],
  };
  const found = personalDataIn('alert', data);
  expect(found).toEqual([
    { pointer: '/data/places/0/locality', finding: 'name', certainty: 'DOUBTFUL', start: 17, length: 8 },
    { pointer: '/data/information/0/headline', finding: 'phone', certainty: 'CERTAIN', start: 9, length: 9 },
    {
      pointer: '/data/information/1/instruction',
      finding: 'email',
      certainty: 'CERTAIN',
      start: 9,
      length: 15,
    },
  ]);
  expect(JSON.stringify(found)).not.toMatch(/Tzoc|2234|ana@/);
});

test('offices and sources have fields of their own, which are not searched', () => {
  const office = {
    office: 'Oficina de enlace',
    email: 'enlace@example.org',
    telephone: '+502 2234 5678',
    url: null,
  };
  const data = {
    contact: office,
    source: { origin: 'PUBLISHED', name: 'Testigo Ana Tzoc, tel. 2234-5678', url: null },
  };
  expect(personalDataIn('practice', data)).toEqual([]);
  const same = { information: [{ language: 'es', body: JSON.stringify(data) }] };
  expect(personalDataIn('practice', same).length).toBeGreaterThan(2);
});

test('the examples of all kinds hold nothing that would be refused or asked about', () => {
  for (const { name, example } of catalogue) {
    expect('data' in example).toBe(true);
    expect([name, personalDataIn(name, 'data' in example ? example.data : undefined)]).toEqual([name, []]);
  }
});

test('what does not fit the schema is passed over', () => {
  for (const data of [
    null,
    7,
    'tel. 2234-5678',
    [],
    { information: 'tel. 2234-5678' },
    { information: [null, 3] },
  ])
    expect(personalDataIn('alert', data)).toEqual([]);
});

test('an answer has 100 findings at most', () => {
  const body = 'tel. 2234-5678\n'.repeat(150);
  const data = { information: [{ language: 'es', title: body, body }] };
  const found = personalDataIn('practice', data);
  expect(found).toHaveLength(100);
  expect(new Set(found.map(({ pointer }) => pointer))).toEqual(new Set(['/data/information/0/title']));
});
