import microdiff from 'microdiff';
import { fieldName, number } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';
import type { Data } from './fields.tsx';
import type { Shape } from './shape.ts';

/** One field in which two versions differ; undefined where one of them does not have it. */
export interface Change {
  /** From the outside in, in the reader's language. */
  readonly labels: readonly string[];
  /** `<record>.<field>` */
  readonly field: string;
  readonly shape: Shape | undefined;
  readonly before: unknown;
  readonly after: unknown;
}

/** What goes with each version, and is shown by the thread itself. */
const ofTheThread: ReadonlySet<unknown> = new Set(['references', 'follows']);

export function changesBetween(
  before: ShownEvent,
  after: ShownEvent,
  shape: Shape | undefined,
): readonly Change[] {
  return microdiff(plain(before.data), plain(after.data), { cyclesFix: false })
    .filter(({ path }) => !ofTheThread.has(path[0]))
    .map((difference) => ({
      ...placeOf(difference.path, shape),
      before: 'oldValue' in difference ? difference.oldValue : undefined,
      after: 'value' in difference ? difference.value : undefined,
    }));
}

function plain(data: Data): Record<string, unknown> {
  return { ...data };
}

function placeOf(
  path: readonly (string | number)[],
  whole: Shape | undefined,
): Pick<Change, 'labels' | 'field' | 'shape'> {
  let shape = whole;
  let field = '';
  const labels: string[] = [];
  for (const step of path) {
    if (typeof step === 'number') {
      labels.push(number(step + 1));
      shape = shape?.type === 'list' ? shape.of : undefined;
    } else {
      const record = shape?.type === 'record' ? shape.name : '';
      field = `${record}.${step}`;
      labels.push(fieldName(record, step));
      shape = shape?.type === 'record' ? shape.fields.get(step) : undefined;
    }
  }
  return { labels, field, shape };
}
