import avsc from 'avsc';
import fc from 'fast-check';
import { sendable } from './symbols.ts';
import { dayMs, formatDay } from './time.ts';

/** For property tests: JSON that is of an Avro type of the contract, with any field left out. Whether the rules take it is another thing. */
export function arbitraryOf(type: avsc.Type): fc.Arbitrary<unknown> {
  if (type instanceof avsc.types.RecordType) {
    const fields = Object.fromEntries(type.fields.map((field) => [field.name, arbitraryOf(field.type)]));
    return fc.record(fields, { requiredKeys: [] });
  }
  if (type instanceof avsc.types.ArrayType) return fc.array(arbitraryOf(type.itemsType), { maxLength: 4 });
  if (type instanceof avsc.types.EnumType) return fc.constantFrom(...sendable(type.symbols));
  if (type instanceof avsc.types.UnwrappedUnionType) return fc.oneof(...type.types.map(arbitraryOf));
  const scalar = scalars[type.typeName];
  if (scalar === undefined) throw new Error(`no arbitrary for Avro ${type.typeName}`);
  return scalar;
}

const text = fc.string({ unit: 'grapheme', maxLength: 30 });
const firstMs = Date.UTC(1000, 0, 1);
const lastMs = Date.UTC(9999, 11, 31);

const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  null: fc.constant(null),
  string: text,
  int: fc.integer(),
  double: fc.double({ noDefaultInfinity: true, noNaN: true }),
  'logical:date': fc
    .integer({ min: firstMs / dayMs, max: lastMs / dayMs })
    .map((day) => formatDay(day * dayMs)),
  'logical:timestamp-millis': fc
    .date({ min: new Date(firstMs), max: new Date(lastMs), noInvalidDate: true })
    .map((date) => date.toISOString()),
};
