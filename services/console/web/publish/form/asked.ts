import type { Kind, RuleContext, Violation } from '@puebla/schemas';
import { compact, type Data, isData, type Path, valueAt, withValue } from './value.ts';

/**
 * What a field may hold, asked of the kind's own rules by putting something there and looking what they say. So a form knows lists, lengths and
 * what is required of every kind, also of one that comes later.
 */
export interface Question {
  readonly kind: Pick<Kind, 'rules'>;
  readonly data: Data;
  /** From the data on. */
  readonly path: Path;
  readonly context: RuleContext;
}

/** Of the form of a code or of an agency's id, and none. */
const nothingKnown = 'zz-none';

export function isRequired(question: Question): boolean {
  return said(question, undefined).some(({ rule }) => rule === 'required');
}

export type TextFacts =
  | { readonly is: 'text' }
  | { readonly is: 'url' }
  /** One of these. */
  | { readonly is: 'code'; readonly rule: string; readonly options: readonly string[] };

/** @param agencies those of the directory: rules that ask for one do not list them */
export function textFacts(question: Question, agencies: readonly string[]): TextFacts {
  const [wrong] = said(question, nothingKnown);
  if (wrong === undefined) return { is: 'text' };
  if (wrong.rule === 'url') return { is: 'url' };
  const { rule, allowed } = wrong;
  const options = allowed ?? agencies.filter((agency) => said(question, agency).length === 0);
  return options.length === 0 ? { is: 'text' } : { is: 'code', rule, options };
}

/** No text of an event is longer: it would not fit into one. */
const longest = 100_000;

/** How many UTF-16 units a text there may have; undefined where the rules set no limit of their own. */
export function longestText(question: Question): number | undefined {
  const isTaken = (length: number): boolean =>
    said(question, 'x'.repeat(length)).every(({ rule }) => rule !== 'length');
  if (isTaken(longest)) return undefined;
  let [taken, refused] = [0, longest];
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    if (isTaken(middle)) taken = middle;
    else refused = middle;
  }
  return taken;
}

/** What the rules say of this value at the path. */
function said({ kind, data, path, context }: Question, value: unknown): readonly Violation[] {
  const part = alone(data, path);
  const put = withValue(part.data, part.path, value);
  const pointer = `/data${part.path.map((token) => `/${token}`).join('')}`;
  return kind.rules(isData(put) ? { ...put } : {}, context).filter((found) => found.pointer === pointer);
}

/** The data with one item of each list on the way and no other list: what hundreds of cells say of one another is not asked here. */
function alone(data: Data, path: Path): { readonly data: unknown; readonly path: Path } {
  const listsAway = (value: unknown): unknown => {
    if (Array.isArray(value)) return undefined;
    if (!isData(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, listsAway(held)]));
  };
  let part: unknown = listsAway(data);
  const own: (string | number)[] = [];
  path.forEach((token, depth) => {
    if (typeof token !== 'number') {
      own.push(token);
      return;
    }
    own.push(0);
    part = withValue(part, own, listsAway(valueAt(data, path.slice(0, depth + 1))) ?? {});
  });
  return { data: compact(part) ?? {}, path: own };
}
