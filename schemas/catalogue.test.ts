import { describe, expect, test } from 'vitest';
import { compileAvro } from './avro-type.ts';
import { catalogue, kindOf, matches, parseFilter, readerTypeFor } from './index.ts';

test('topics, dead letters and subjects are derived from the name', () => {
  expect(kindOf('alert')).toMatchObject({
    topic: 'puebla.alert',
    deadTopic: 'puebla.alert.dead',
    subject: 'puebla.alert-org.rcm.puebla.Alert',
  });
  expect(kindOf('Alert')).toBeUndefined();
  expect(new Set(catalogue.map((kind) => kind.topic)).size).toBe(catalogue.length);
});

/** A later version of the schema: a field more, and in every enum a symbol more. */
function newer(avro: object): object {
  const schema = JSON.parse(JSON.stringify(avro), (_, value: unknown) =>
    isEnum(value) ? { ...value, symbols: [...value.symbols, 'NEW_SYMBOL'] } : value,
  );
  schema.fields.push({ name: 'added', doc: 'New.', type: ['null', 'string'], default: null });
  return schema;
}

function isEnum(value: unknown): value is { symbols: string[] } {
  return typeof value === 'object' && value !== null && 'symbols' in value;
}

/** An earlier one: without its last two fields. */
function older(avro: object): object {
  const schema = structuredClone(avro) as { fields: unknown[] };
  schema.fields.splice(-2);
  return schema;
}

/** The example with the new symbol wherever an enum is, and the new field. */
function newWords(value: unknown, symbols: ReadonlySet<string>): unknown {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' && symbols.has(part) ? 'NEW_SYMBOL' : part,
  );
}

describe.each(catalogue)('$name: schemas of other days', (kind) => {
  const data = 'data' in kind.example ? kind.example.data : undefined;
  const read = JSON.parse(JSON.stringify(kind.type.fromBuffer(kind.type.toBuffer(data))));

  test('what this version wrote is read as it is', () => {
    const decode = readerTypeFor(kind, kind.avro);
    expect(decode(kind.type.toBuffer(data))).toEqual(kind.type.fromBuffer(kind.type.toBuffer(data)));
  });

  test('this reader survives a newer writer, its new field and its new symbols', () => {
    const writer = compileAvro(newer(kind.avro));
    const symbols = new Set<string>();
    JSON.stringify(kind.avro, (_, value: unknown) => {
      if (isEnum(value)) for (const symbol of value.symbols) symbols.add(symbol);
      return value;
    });
    const written = { ...Object(newWords(data, symbols)), added: 'x' };
    const decode = readerTypeFor(kind, newer(kind.avro));
    const decoded = JSON.parse(JSON.stringify(decode(writer.toBuffer(written))));
    expect(Object.keys(decoded)).toEqual(Object.keys(read));
    expect(JSON.stringify(decoded)).not.toContain('NEW_SYMBOL');
    expect(kind.type.isValid(decoded)).toBe(true);
  });

  test('a newer reader has the default of what this version did not write', () => {
    const reader = compileAvro(newer(kind.avro));
    const decoded: unknown = reader.fromBuffer(kind.type.toBuffer(data), reader.createResolver(kind.type));
    expect(decoded).toMatchObject({ added: null });
  });

  test('this reader has the defaults of what an older writer did not know', () => {
    const schema = older(kind.avro);
    const writer = compileAvro(schema);
    const decoded = JSON.parse(JSON.stringify(readerTypeFor(kind, schema)(writer.toBuffer(data))));
    expect(Object.keys(decoded)).toEqual(Object.keys(read));
    expect(kind.type.isValid(decoded)).toBe(true);
  });

  test('a schema that is another one is refused, not misread', () => {
    expect(() => readerTypeFor(kind, { type: 'record', name: 'Other', fields: [] })).toThrow();
  });
});

describe.each(catalogue.filter(({ category }) => category !== null))('$name: its category', (kind) => {
  const data = 'data' in kind.example ? (kind.example.data as Record<string, unknown>) : {};

  test('is what its facets say, and the filter takes each of its values', () => {
    expect(kind.categories).toContain(kind.facets(data).category);
    for (const category of kind.categories) {
      const parsed = parseFilter(new URLSearchParams({ category }));
      if (!parsed.ok) throw new Error(category);
      const event = { kind: kind.name, agency: 'mx-fgr', participant: 'MX', accepted: 0 };
      const facets = kind.facets({ ...data, [kind.category ?? '']: category });
      expect([facets.category, matches(parsed.filter, event, facets)]).toEqual([category, true]);
    }
  });
});

test('a kind without a category has none in its facets', () => {
  const without = catalogue.filter(({ category }) => category === null);
  expect(without.flatMap(({ categories }) => categories)).toEqual([]);
  for (const { example, facets } of without) {
    const data = 'data' in example ? (example.data as Record<string, unknown>) : {};
    expect(facets(data).category).toBeNull();
  }
});

test('a symbol that nobody sends is no category', () => {
  expect(catalogue.flatMap(({ categories }) => categories)).not.toContain('UNRECOGNIZED');
});
