import type { Path } from '../avro-check.ts';

/** Fields that hold codes and addresses, which the rules of their kinds hold to a register or a form; no text has room there. */
const codes: ReadonlySet<string> = new Set([
  'country',
  'subdivision',
  'appliedIn',
  'references',
  'url',
  'follows',
  'of',
  // A random UUID by its rule (step/case-handle): one in ninety has the digits of a telephone.
  'caseHandle',
]);

/** Records of officials, offices and publications: they have fields of their own, which are not searched (rules.md, What may not be said). */
const offices: ReadonlySet<string> = new Set(['Contact', 'Source']);

/** Calls `visit` for each free text of a value, with its path, which changes with the next. Values need not fit the schema: what does not is passed over. */
export type VisitTexts = (
  value: unknown,
  at: Path,
  visit: (text: string, at: Readonly<Path>) => void,
) => void;

/**
 * The free texts of a parsed Avro schema: every string but codes, addresses and what is of offices. A string that a new version or kind
 * brings is one until it is listed above. Undefined where there is none.
 */
export function freeTextsOf(schema: unknown): VisitTexts | undefined {
  return textsOf(schema, new Map());
}

/** A record that is defined before is named only; `records` knows what it holds. */
function textsOf(schema: unknown, records: Map<string, VisitTexts | undefined>): VisitTexts | undefined {
  if (schema === 'string') return textItself;
  if (typeof schema === 'string') return records.get(schema);
  // The contract's unions are null and one type.
  if (Array.isArray(schema)) {
    return textsOf(
      schema.find((branch) => branch !== 'null'),
      records,
    );
  }
  if (!isObject(schema)) return undefined;
  if (schema['type'] === 'record') return textsOfRecord(schema, records);
  if (schema['type'] === 'array') return textsOfItems(textsOf(schema['items'], records));
  return schema['type'] === 'string' && schema['logicalType'] === undefined ? textItself : undefined;
}

const textItself: VisitTexts = (value, at, visit) => {
  if (typeof value === 'string') visit(value, at);
};

function textsOfRecord(
  schema: Record<string, unknown>,
  records: Map<string, VisitTexts | undefined>,
): VisitTexts | undefined {
  const name = String(schema['name']);
  const fields: { readonly name: string; readonly texts: VisitTexts }[] = [];
  const visitFields: VisitTexts = (value, at, visit) => {
    if (!isObject(value)) return;
    for (const { name, texts } of fields) {
      at.push(name);
      texts(value[name], at, visit);
      at.pop();
    }
  };
  for (const field of Array.isArray(schema['fields']) ? schema['fields'] : []) {
    const texts = isObject(field) ? textsOf(field['type'], records) : undefined;
    if (texts !== undefined && !codes.has(field.name)) fields.push({ name: field.name, texts });
  }
  const texts = fields.length === 0 || offices.has(name) ? undefined : visitFields;
  records.set(name, texts);
  return texts;
}

function textsOfItems(texts: VisitTexts | undefined): VisitTexts | undefined {
  if (texts === undefined) return undefined;
  return (value, at, visit) => {
    if (!Array.isArray(value)) return;
    value.forEach((item: unknown, i) => {
      at.push(i);
      texts(item, at, visit);
      at.pop();
    });
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
