/**
 * Stands for `avsc` in the page (`vite.config.ts`). The contract asks the shape of its types there, to check what is typed; it encodes nothing.
 * `avsc` itself writes code as text and runs it, which the page's Content-Security-Policy does not let anything do.
 */
type Schema = string | readonly Schema[] | SchemaObject;
interface SchemaObject {
  readonly type: Schema;
  readonly name?: string;
  readonly namespace?: string;
  readonly logicalType?: string;
  readonly fields?: readonly { readonly name: string; readonly type: Schema }[];
  readonly items?: Schema;
  readonly symbols?: readonly string[];
}

class Type {
  readonly typeName: string;
  readonly name: string | undefined;

  constructor(typeName: string, name?: string) {
    this.typeName = typeName;
    this.name = name;
  }

  static forSchema(schema: Schema): Type {
    return typeOf(schema, '', new Map());
  }

  /** The contract compares two events by what their type reads: here they were read before they came, and are themselves. */
  toBuffer(value: unknown): unknown {
    return value;
  }
  fromBuffer(value: unknown): unknown {
    return value;
  }
}

class RecordType extends Type {
  fields: readonly { readonly name: string; readonly type: Type }[] = [];

  field(name: string) {
    return this.fields.find((field) => field.name === name);
  }
}

class EnumType extends Type {
  readonly symbols: readonly string[];
  constructor(name: string, symbols: readonly string[]) {
    super('enum', name);
    this.symbols = symbols;
  }
}

class ArrayType extends Type {
  readonly itemsType: Type;
  constructor(itemsType: Type) {
    super('array');
    this.itemsType = itemsType;
  }
}

class UnwrappedUnionType extends Type {
  readonly types: readonly Type[];
  constructor(types: readonly Type[]) {
    super('union:unwrapped');
    this.types = types;
  }
}

class LogicalType extends Type {}

type Known = Map<string, Type>;

function typeOf(schema: Schema, space: string, known: Known): Type {
  if (typeof schema === 'string')
    return known.get(fullName(schema, space)) ?? known.get(schema) ?? new Type(schema);
  if (isUnion(schema)) return new UnwrappedUnionType(schema.map((one) => typeOf(one, space, known)));
  const { type, logicalType, items, namespace = space } = schema;
  if (logicalType !== undefined) return new Type(`logical:${logicalType}`);
  if (type === 'array' && items !== undefined) return new ArrayType(typeOf(items, namespace, known));
  if (type === 'record') return recordOf(schema, namespace, known);
  if (type === 'enum') {
    const name = fullName(schema.name ?? '', namespace);
    const symbols = new EnumType(name, schema.symbols ?? []);
    known.set(name, symbols);
    return symbols;
  }
  return typeOf(type, namespace, known);
}

function recordOf({ name = '', fields = [] }: SchemaObject, space: string, known: Known): Type {
  const full = fullName(name, space);
  const record = new RecordType('record', full);
  known.set(full, record);
  record.fields = fields.map((field) => ({ name: field.name, type: typeOf(field.type, space, known) }));
  return record;
}

function isUnion(schema: Schema): schema is readonly Schema[] {
  return Array.isArray(schema);
}

function fullName(name: string, space: string): string {
  return name.includes('.') || space === '' ? name : `${space}.${name}`;
}

export default { Type, types: { RecordType, EnumType, ArrayType, UnwrappedUnionType, LogicalType } };
