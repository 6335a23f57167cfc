import { kindOf, sendable } from '@puebla/schemas';

/** What a type of Avro says: an optional value and one that must be there look alike, the rules say which is which. */
export type Shape =
  | RecordShape
  | { readonly is: 'list'; readonly item: Shape }
  /** Several symbols of a list. */
  | { readonly is: 'choices'; readonly item: SymbolShape }
  /** The same record once in each language. */
  | { readonly is: 'texts'; readonly item: RecordShape; readonly languages: readonly string[] }
  | SymbolShape
  | { readonly is: Scalar };

export interface RecordShape {
  readonly is: 'record';
  /** Without its namespace. */
  readonly name: string;
  readonly fields: readonly Field[];
}

export interface SymbolShape {
  readonly is: 'symbol';
  readonly list: string;
  readonly symbols: readonly string[];
}

export interface Field {
  readonly name: string;
  readonly shape: Shape;
}

type Scalar = 'text' | 'whole' | 'decimal' | 'day' | 'instant';

const scalars: Readonly<Record<string, Scalar>> = {
  string: 'text',
  int: 'whole',
  long: 'whole',
  float: 'decimal',
  double: 'decimal',
  date: 'day',
  'timestamp-millis': 'instant',
};

/** The field that says in which language the others of its record are. */
export const languageField = 'language';

/** What events of this kind say; undefined where it is newer than the page. */
export function recordOf(kind: string): RecordShape | undefined {
  const known = kindOf(kind);
  return known && recordShapeOf(known.avro);
}

/** The data of a kind: a record. */
export function recordShapeOf(schema: object): RecordShape {
  const shape = shapeOf(schema);
  if (shape.is !== 'record') throw new Error('the data of a kind are a record');
  return shape;
}

/**
 * The shape of a parsed Avro schema of the contract, whose unions are null and one type.
 * @throws Error for a type that no kind has: it could be neither written nor shown
 */
export function shapeOf(schema: unknown): Shape {
  return typeShape(schema, new Map());
}

/** Of a field of a record; undefined of what is none or has no such field. */
export function fieldShape(shape: Shape | undefined, field: string): Shape | undefined {
  return shape?.is === 'record' ? shape.fields.find(({ name }) => name === field)?.shape : undefined;
}

/** Of what a list is made of; undefined of what is none. */
export function itemShape(shape: Shape | undefined): Shape | undefined {
  return shape !== undefined && 'item' in shape ? shape.item : undefined;
}

type Known = Map<string, Shape>;

function typeShape(schema: unknown, known: Known): Shape {
  if (Array.isArray(schema))
    return typeShape(
      schema.find((branch) => branch !== 'null'),
      known,
    );
  if (typeof schema === 'string') return scalarShape(schema, known);
  const { type, logicalType, items, name, fields, symbols } = schema as AvroObject;
  if (logicalType !== undefined) return scalarShape(logicalType, known);
  if (type === 'record') return recordShape(String(name), fields ?? [], known);
  if (type === 'array') return listShape(typeShape(items, known));
  if (type !== 'enum') return typeShape(type, known);
  const shape: Shape = { is: 'symbol', list: String(name), symbols: sendable(symbols ?? []) };
  known.set(String(name), shape);
  return shape;
}

interface AvroObject {
  readonly type: unknown;
  readonly logicalType?: string;
  readonly items?: unknown;
  readonly name?: string;
  readonly fields?: readonly { readonly name: string; readonly type: unknown }[];
  readonly symbols?: readonly string[];
}

function scalarShape(name: string, known: Known): Shape {
  const named = known.get(name.slice(name.lastIndexOf('.') + 1));
  if (named !== undefined) return named;
  const is = scalars[name];
  if (is === undefined) throw new Error(`no control for Avro ${name}`);
  return { is };
}

function recordShape(name: string, fields: NonNullable<AvroObject['fields']>, known: Known): Shape {
  const shape: RecordShape = {
    is: 'record',
    name,
    fields: fields.map((field) => ({ name: field.name, shape: typeShape(field.type, known) })),
  };
  known.set(name, shape);
  return shape;
}

function listShape(item: Shape): Shape {
  if (item.is === 'symbol') return { is: 'choices', item };
  const first = item.is === 'record' ? item.fields[0] : undefined;
  if (item.is !== 'record' || first?.name !== languageField || first.shape.is !== 'symbol')
    return { is: 'list', item };
  return { is: 'texts', item, languages: first.shape.symbols };
}
