import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { generate, generatedFile } from './generate.ts';
import { catalogue } from './index.ts';

test('generated.ts is in step with the .avsc files', () => {
  expect(readFileSync(generatedFile, 'utf8')).toBe(generate());
});

type Node = Readonly<Record<string, unknown>>;
const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object and list of a schema. */
function* partsOf(schema: unknown): Generator<unknown> {
  if (typeof schema !== 'object' || schema === null) return;
  yield schema;
  for (const part of Object.values(schema)) yield* partsOf(part);
}

describe.each(catalogue)('$name.avsc', ({ avro }) => {
  const parts = [...partsOf(avro)];
  const nodes = parts.filter(isNode);

  test('every field has a doc and a default, so that fields can come and go under FULL_TRANSITIVE', () => {
    const fields = nodes.flatMap((node) =>
      Array.isArray(node['fields']) ? node['fields'].filter(isNode) : [],
    );
    expect(fields.length).toBeGreaterThan(5);
    for (const field of fields) {
      expect(field).toMatchObject({
        name: expect.stringMatching(/^[a-z][A-Za-z]*$/),
        doc: expect.stringMatching(/\.$/),
      });
      expect(field).toHaveProperty('default');
    }
  });

  test('every enum has a doc and a default, so that an old reader survives a new symbol', () => {
    const enums = nodes.filter((node) => node['type'] === 'enum');
    expect(enums.length).toBeGreaterThan(2);
    for (const { doc, default: standIn, symbols } of enums) {
      expect(doc).toMatch(/\.$/);
      expect(symbols).toContain(standIn);
    }
  });

  test('a union is null and one type: its JSON stays the plain value', () => {
    // A list of schemas is a union; lists of symbols and of fields are neither.
    const lists = nodes.flatMap((node) => [node['type'], node['items']]).filter(Array.isArray);
    expect(lists.length).toBeGreaterThan(3);
    for (const union of lists) expect([union.length, union[0]]).toEqual([2, 'null']);
  });
});
