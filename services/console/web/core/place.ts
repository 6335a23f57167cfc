import { fieldName, number, t } from './language.ts';
import { fieldShape, itemShape, type RecordShape, type Shape } from './shape.ts';

/** Where a path leads. */
export interface Place {
  /** From the outside in, in the reader's language. */
  readonly labels: readonly string[];
  /** `<record>.<field>` */
  readonly field: string;
  readonly shape: Shape | undefined;
}

/** Items of lists are counted from one, as readers do; a path may leave them out (`contractField`). */
export function placeOf(whole: Shape | undefined, path: readonly (string | number)[]): Place {
  let shape = whole;
  let field = '';
  const labels = path.map((step) => {
    if (typeof step === 'number') {
      shape = itemShape(shape);
      return number(step + 1);
    }
    const whose = itemShape(shape) ?? shape;
    const record = whose?.is === 'record' ? whose.name : '';
    field = `${record}.${step}`;
    shape = fieldShape(whose, step);
    return fieldName(record, step);
  });
  return { labels, field, shape };
}

/** The steps of a pointer (RFC 6901). */
export function stepsOf(pointer: string): readonly (string | number)[] {
  const tokens = pointer.split('/').slice(1);
  return tokens.map((token) => (/^\d+$/.test(token) ? Number(token) : token));
}

const attributes = ['subject', 'tlp', 'audience', 'ackby', 'usecode', 'danger', 'confirmed'] as const;

/** Where a pointer into an event leads, in the words of the form. @param shapes of its data: of those that it may be, each by its own name */
export function placeName(shapes: readonly RecordShape[], pointer: string): string {
  const [top, ...steps] = stepsOf(pointer);
  const attribute = attributes.find((name) => name === top);
  if (attribute !== undefined) return t(`publish.${attribute}`);
  if (top !== 'data' || steps.length === 0) return t('publish.event');
  const names = shapes.map((shape) => placeOf(shape, steps).labels.join(' › '));
  return [...new Set(names)].join(' / ');
}
