import { type Kind, kindOf } from '@puebla/schemas';

/** What a value of an event is, by the kind's Avro schema. */
export type Shape =
  | { readonly type: 'record'; readonly name: string; readonly fields: ReadonlyMap<string, Shape> }
  | { readonly type: 'list'; readonly of: Shape }
  | { readonly type: 'enum'; readonly name: string }
  | { readonly type: 'day' | 'instant' | 'number' | 'text' };

type AvroType = Kind['type'];
interface Structure {
  readonly typeName: string;
  readonly name?: string;
  readonly fields?: readonly { readonly name: string; readonly type: AvroType }[];
  readonly itemsType?: AvroType;
  readonly types?: readonly AvroType[];
}

function shapeOf(type: AvroType): Shape {
  const avro = type as unknown as Structure;
  const name = avro.name?.split('.').at(-1) ?? '';
  switch (avro.typeName) {
    case 'record': {
      const fields = (avro.fields ?? []).map((field) => [field.name, shapeOf(field.type)] as const);
      return { type: 'record', name, fields: new Map(fields) };
    }
    case 'array':
      return { type: 'list', of: avro.itemsType === undefined ? text : shapeOf(avro.itemsType) };
    case 'enum':
      return { type: 'enum', name };
    case 'union:unwrapped': {
      // Of null and one type only.
      const some = (avro.types ?? []).find((one) => one.typeName !== 'null');
      return some === undefined ? text : shapeOf(some);
    }
    case 'logical:date':
      return { type: 'day' };
    case 'logical:timestamp-millis':
      return { type: 'instant' };
    case 'string':
      return text;
    default:
      return { type: 'number' };
  }
}

const text: Shape = { type: 'text' };

/** Of what events of this kind say; undefined where it is newer than the page. */
export function recordOf(kind: string): (Shape & { readonly type: 'record' }) | undefined {
  const known = kindOf(kind);
  const shape = known && shapeOf(known.type);
  return shape?.type === 'record' ? shape : undefined;
}
