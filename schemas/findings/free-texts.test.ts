import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryOf } from '../arbitrary.ts';
import { catalogue } from '../catalogue.ts';
import { freeTextsOf } from './free-texts.ts';

/** A value with every field and one item a list, each string its own path: what of it is visited are the free texts. */
function visited(schema: object): string[] {
  const found: string[] = [];
  freeTextsOf(schema)?.(filled(schema, new Map()), [], (text, at) => {
    expect(text).toBe('text');
    found.push(at.join('.'));
  });
  return found;
}

function filled(schema: unknown, named: Map<unknown, unknown>): unknown {
  if (schema === 'string') return 'text';
  if (Array.isArray(schema))
    return filled(
      schema.find((branch) => branch !== 'null'),
      named,
    );
  if (typeof schema !== 'object' || schema === null) return named.get(schema) ?? 0;
  if ('fields' in schema && Array.isArray(schema.fields) && 'name' in schema) {
    const value = Object.fromEntries(schema.fields.map((field) => [field.name, filled(field.type, named)]));
    named.set(schema.name, value);
    return value;
  }
  return 'items' in schema ? [filled(schema.items, named)] : 0;
}

test.each([
  [
    'alert',
    ['places.0.locality', 'information.0.headline', 'information.0.description', 'information.0.instruction'],
  ],
  [
    'practice',
    [
      ...['title', 'summary', 'body', 'results', 'lessons'].map((name) => `information.0.${name}`),
      'links.0.title',
      'tags.0',
    ],
  ],
  ['statistic', ['information.0.title', 'information.0.note', 'cells.0.category']],
  ['referral', ['from', 'to', 'channel']],
])('the free texts of %s', (name, expected) => {
  const kind = catalogue.find((entry) => entry.name === name);
  expect(visited(kind?.avro ?? {})).toEqual(expected);
});

test('a record that is named a second time is searched there too', () => {
  const note = { type: 'record', name: 'Note', fields: [{ name: 'text', type: ['null', 'string'] }] };
  const fields = [
    { name: 'first', type: note },
    { name: 'second', type: { type: 'array', items: 'Note' } },
    { name: 'day', type: { type: 'int', logicalType: 'date' } },
  ];
  expect(visited({ type: 'record', name: 'Two', fields })).toEqual(['first.text', 'second.0.text']);
});

test('whatever of a type is sent, only texts are visited', () => {
  for (const { avro, type } of catalogue) {
    const visit = freeTextsOf(avro);
    fc.assert(
      fc.property(arbitraryOf(type), (value) => {
        visit?.(value, [], (text) => expect(typeof text).toBe('string'));
      }),
      { numRuns: 50 },
    );
  }
});
