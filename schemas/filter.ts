import { agencies, participantOfAgency } from './agencies.ts';
import { kinds } from './catalogue.ts';
import { countryCodes } from './code-lists.ts';
import type { Facets } from './facets.ts';
import { participants, regions } from './participants.ts';
import { violation } from './rule-codes.ts';
import { symbolsOf } from './symbols.ts';
import { dayMs, formatInstant, parseDay, parseInstant } from './time.ts';
import { pointerOf, type Violation } from './violation.ts';

/** The gravest first, as CAP 1.2 has them. */
const severities = symbolsOf('CapSeverity');

/** What each list parameter takes, in its canonical spelling. */
const values = {
  kind: kinds.map((kind) => kind.name),
  country: countryCodes,
  region: Object.keys(regions),
  publisher: [...participants.map((participant) => participant.code), ...agencies.map((agency) => agency.id)],
  category: [...new Set(kinds.flatMap((kind) => kind.categories))],
  leg: symbolsOf('Leg'),
  exploitation: symbolsOf('Exploitation'),
  group: symbolsOf('Group'),
  severity: severities,
  language: symbolsOf('Language'),
} as const satisfies Record<string, readonly string[]>;

type ListName = keyof typeof values;
const listNames = Object.keys(values).filter(isListName);

/**
 * The filter language, the same on every way out. Commas and repeated parameters mean "or", different parameters "and"; capitals do not
 * matter. A filter is plain data in canonical form: lists sorted, each value once.
 *
 * `country` is any place of the event, or where a practice was applied; `publisher` a participant or an agency; `category` what it is
 * about, in the field that its kind names; `severity` at least that (of several, the mildest). `from` and `to` are epoch
 * milliseconds, inclusive: the event's own period reaches into them (of several, the widest).
 */
export type Filter = { readonly [Name in ListName]?: readonly string[] } & {
  readonly from?: number;
  readonly to?: number;
};

/** The parameters of the filter, in the order of its canonical form. */
export const filterParameters: readonly string[] = [...listNames, 'from', 'to'];

export type ParsedFilter =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly violations: Violation[] };

/**
 * Reads a filter from query parameters. Nothing is ignored: unknown parameters and values, and empty ones, are violations, with what
 * would be taken.
 *
 * @param also names of the caller's own parameters (`since`, `cursor`, `limit`), which are passed over.
 */
export function parseFilter(params: URLSearchParams, also: readonly string[] = []): ParsedFilter {
  const violations: Violation[] = [];
  const lists: { [Name in ListName]?: readonly string[] } = {};
  for (const name of new Set(params.keys())) {
    if (isListName(name)) lists[name] = listOf(name, itemsOf(params, name), violations);
    else if (name !== 'from' && name !== 'to' && !also.includes(name)) {
      violations.push(violation('parameter', pointerOf([name]), [...filterParameters, ...also]));
    }
  }
  const from = instantsOf('from', itemsOf(params, 'from'), 0, violations);
  const to = instantsOf('to', itemsOf(params, 'to'), dayMs - 1, violations);
  const filter: Filter = {
    ...lists,
    ...(from.length === 0 ? {} : { from: Math.min(...from) }),
    ...(to.length === 0 ? {} : { to: Math.max(...to) }),
  };
  if (filter.from !== undefined && filter.to !== undefined && filter.from > filter.to) {
    violations.push(violation('parameter/period', '/from'));
  }
  return violations.length > 0 ? { ok: false, violations } : { ok: true, filter };
}

function isListName(name: string): name is ListName {
  return Object.hasOwn(values, name);
}

/** The values of a parameter: commas and repetition mean the same. */
export function itemsOf(params: URLSearchParams, name: string): string[] {
  return params.getAll(name).flatMap((text) => text.split(','));
}

/** Canonical spelling by the lower-case one. */
const spellings: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  listNames.map((name) => [name, new Map(values[name].map((value) => [value.toLowerCase(), value]))]),
);

/** Agencies come and go with the directory: what has the form of one, and a participant, is taken. */
function canonical(name: ListName, value: string): string | undefined {
  const known = spellings.get(name)?.get(value);
  if (known !== undefined || name !== 'publisher') return known;
  return participantOfAgency(value) === undefined ? undefined : value;
}

function listOf(name: ListName, items: readonly string[], violations: Violation[]): string[] {
  const found = new Set<string>();
  let isWrong = false;
  for (const item of items) {
    const value = canonical(name, item.trim().toLowerCase());
    if (value === undefined) isWrong = true;
    else found.add(value);
  }
  if (isWrong) violations.push(violation('enum', `/${name}`, values[name]));
  const mildest = severities.findLast((severity) => found.has(severity));
  return name === 'severity' && mildest !== undefined ? [mildest] : [...found].sort();
}

/** Epoch milliseconds. A day means all of it: its first instant as `from`, its last as `to`. What is neither is a violation. */
export function instantsOf(
  name: 'from' | 'to' | 'since',
  items: readonly string[],
  dayEnd: number,
  violations: Violation[],
): number[] {
  const instants = items.flatMap((item) => {
    const day = parseDay(item.trim());
    const instant = day === undefined ? parseInstant(item.trim()) : day + dayEnd;
    return instant === undefined ? [] : [instant];
  });
  if (instants.length < items.length) violations.push(violation('parameter/date', `/${name}`));
  return instants;
}

/** The filter as query parameters, in canonical form. */
export function formatFilter(filter: Filter): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of listNames) {
    const list = filter[name];
    if (list !== undefined) params.set(name, list.join(','));
  }
  if (filter.from !== undefined) params.set('from', formatInstant(filter.from));
  if (filter.to !== undefined) params.set('to', formatInstant(filter.to));
  return params;
}

/** Equal filters have equal keys, however they were written. */
export function filterKey(filter: Filter): string {
  return formatFilter(filter).toString();
}

/** What the filter asks of an event beside its facets. */
export interface FilteredEvent {
  readonly kind: string;
  readonly agency: string;
  readonly participant: string;
  /** Epoch milliseconds. `since` is the caller's; the filter itself does not ask for it. */
  readonly accepted: number;
}

const regionCountries: ReadonlyMap<string, readonly string[]> = new Map(Object.entries(regions));

/** Does the event pass the filter? */
export function matches(filter: Filter, event: FilteredEvent, facets: Facets): boolean {
  return (
    takes(filter.kind, event.kind) &&
    (takes(filter.publisher, event.participant) || takes(filter.publisher, event.agency)) &&
    (filter.category === undefined ||
      (facets.category !== null && takes(filter.category, facets.category))) &&
    takesAny(filter.country, facets.countries) &&
    (filter.region === undefined ||
      filter.region.some((region) => takesAny(regionCountries.get(region), facets.countries))) &&
    takesAny(filter.leg, facets.legs) &&
    takesAny(filter.exploitation, facets.exploitation) &&
    takesAny(filter.group, facets.groups) &&
    takesAny(filter.language, facets.languages) &&
    isGraveEnough(filter.severity?.[0], facets.severity) &&
    isWithin(filter, facets)
  );
}

function takes(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.includes(value);
}

function takesAny(list: readonly string[] | undefined, held: readonly string[]): boolean {
  return list === undefined || held.some((value) => list.includes(value));
}

/** The severities that are at least so grave. */
export function gravestFrom(severity: string): readonly string[] {
  return severities.slice(0, severities.indexOf(severity) + 1);
}

/** A severity that is newer than this list is not known to be grave enough, and is not held back either. */
function isGraveEnough(asked: string | undefined, severity: string | null): boolean {
  return (
    asked === undefined || (severity !== null && severities.indexOf(severity) <= severities.indexOf(asked))
  );
}

function isWithin({ from, to }: Filter, period: Facets): boolean {
  if (from === undefined && to === undefined) return true;
  if (period.from === null) return false;
  return (
    (to === undefined || period.from <= to) && (from === undefined || period.to === null || period.to >= from)
  );
}
