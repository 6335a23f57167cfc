import { languageField, type RecordShape, type Shape } from '../../core/shape.ts';

/** What stands in a form: JSON, with members that are not filled in left out. */
export type Value = unknown;
export type Path = readonly (string | number)[];
export type Data = Readonly<Record<string, unknown>>;

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function valueAt(value: Value, path: Path): Value {
  return path.reduce<Value>((held, token) => {
    if (Array.isArray(held)) return held[Number(token)];
    return isData(held) ? held[String(token)] : undefined;
  }, value);
}

/** A copy with another value there; holders that are missing on the way are made. Undefined takes a member away. */
export function withValue(value: Value, path: Path, next: Value): Value {
  const [token, ...rest] = path;
  if (token === undefined) return next;
  if (typeof token === 'number') {
    const items: Value[] = Array.isArray(value) ? [...value] : [];
    items[token] = withValue(items[token], rest, next);
    return items;
  }
  const { [token]: held, ...others } = isData(value) ? value : {};
  const put = withValue(held, rest, next);
  return put === undefined ? others : { ...others, [token]: put };
}

/** The same, where the next value is made of the one that is there. */
export function changedAt(value: Value, path: Path, next: Value): Value {
  return withValue(value, path, typeof next === 'function' ? next(valueAt(value, path)) : next);
}

/** A list, or none yet. */
export function itemsOf(value: Value): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A copy of a list with the item at `from` at `to`. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const others = items.filter((_, index) => index !== from);
  return [...others.slice(0, to), items[from] as Item, ...others.slice(to)];
}

/**
 * What is sent of it: what was left empty is not there. Items of lists stay where they are, so that a pointer to one of them is the same in
 * both.
 */
export function compact(value: Value): Value {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (Array.isArray(value))
    return value.length === 0 ? undefined : value.map((item) => compact(item) ?? emptyOf(item));
  if (!isData(value)) return value ?? undefined;
  const members = Object.entries(value).flatMap(([name, held]) => {
    const kept = compact(held);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

const emptyOf = (item: Value): Value => (typeof item === 'string' ? '' : {});

/** Of an event that is there, what a form can hold: no nulls, no stand-ins for symbols that are newer than the reader's schema. */
export function editable(shape: Shape, value: Value): Value {
  if (value === null || value === undefined) return undefined;
  switch (shape.is) {
    case 'record':
      return isData(value) ? members(shape, value) : undefined;
    case 'list':
    case 'texts':
      return Array.isArray(value) ? value.map((item) => editable(shape.item, item) ?? {}) : undefined;
    case 'choices':
      return Array.isArray(value) ? value.filter((symbol) => shape.item.symbols.includes(symbol)) : undefined;
    case 'symbol':
      return shape.symbols.includes(String(value)) ? value : undefined;
    default:
      return value;
  }
}

function members(shape: RecordShape, value: Data): Value {
  return Object.fromEntries(
    shape.fields.flatMap(({ name, shape: of }) => {
      const held = editable(of, value[name]);
      return held === undefined ? [] : [[name, held]];
    }),
  );
}

/** The languages that are written, in their order. */
export function languagesIn(items: Value): readonly string[] {
  if (!Array.isArray(items)) return [];
  return items.map((item) => String(isData(item) ? (item[languageField] ?? '') : ''));
}
