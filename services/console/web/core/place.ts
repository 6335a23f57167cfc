import { fieldName, number } from './language.ts';
import { fieldShape, itemShape, type Shape } from './shape.ts';

/** Where a path leads. */
export interface Place {
  /** From the outside in, in the reader's language. */
  readonly labels: readonly string[];
  /** `<record>.<field>` */
  readonly field: string;
  readonly shape: Shape | undefined;
}

/** Items of lists are counted from one, as readers do. */
export function placeOf(whole: Shape | undefined, path: readonly (string | number)[]): Place {
  let shape = whole;
  let field = '';
  const labels = path.map((step) => {
    if (typeof step === 'number') {
      shape = itemShape(shape);
      return number(step + 1);
    }
    const record = shape?.is === 'record' ? shape.name : '';
    field = `${record}.${step}`;
    shape = fieldShape(shape, step);
    return fieldName(record, step);
  });
  return { labels, field, shape };
}

/** The steps of a pointer (RFC 6901). */
export function stepsOf(pointer: string): readonly (string | number)[] {
  const tokens = pointer.split('/').slice(1);
  return tokens.map((token) => (/^\d+$/.test(token) ? Number(token) : token));
}
