import { type Facets, type Filter, gravestFrom, regions } from '@puebla/schemas';

/** The lists of the filter that are held in one column, each by a letter: the column is in every row. */
const letters = {
  country: 'c',
  leg: 'l',
  exploitation: 'e',
  group: 'g',
  language: 't',
  severity: 's',
} as const;
type ListName = keyof typeof letters;
const lists = ['country', 'leg', 'exploitation', 'group', 'language'] as const;

/** What the filter can ask of an event beside its kind, publisher, category and period, in one text: `c:GT,c:MX,l:TRANSIT`. */
export function facetsText(facets: Facets): string | null {
  const { countries, legs, exploitation, groups, severity, languages } = facets;
  let text = severity === null ? '' : wordOf('severity', severity);
  const add = (name: ListName, values: readonly string[]): void => {
    for (const value of values) text += text === '' ? wordOf(name, value) : `,${wordOf(name, value)}`;
  };
  add('country', countries);
  add('leg', legs);
  add('exploitation', exploitation);
  add('group', groups);
  add('language', languages);
  return text === '' ? null : text;
}

function wordOf(name: ListName, value: string): string {
  return `${letters[name]}:${value}`;
}

/** A filter as conditions of SQL over `library.events`: what `matches` (schemas) says of an event, said to the database. @param given puts a value to the query; its place in the text */
export function conditionsOf(filter: Filter, given: (value: unknown) => string): readonly string[] {
  const { kind, publisher, category, region, severity, from, to } = filter;
  const conditions: string[] = [];
  const holds = (name: ListName, values: readonly string[]): void => {
    const words = values.map((value) => wordOf(name, value));
    conditions.push(`string_to_array(facets, ',') && ${given(words)}::text[]`);
  };
  if (kind !== undefined) conditions.push(`kind = any(${given(kind)})`);
  if (publisher !== undefined) {
    const named = given(publisher);
    conditions.push(`(participant = any(${named}) or agency = any(${named}))`);
  }
  if (category !== undefined) conditions.push(`category = any(${given(category)})`);
  for (const name of lists) {
    const asked = filter[name];
    if (asked !== undefined) holds(name, asked);
  }
  if (region !== undefined) {
    const within: Readonly<Record<string, readonly string[]>> = regions;
    holds(
      'country',
      region.flatMap((name) => within[name] ?? []),
    );
  }
  if (severity?.[0] !== undefined) holds('severity', gravestFrom(severity[0]));
  if (to !== undefined) conditions.push(`starts <= ${given(to)}`);
  if (from !== undefined)
    conditions.push(`starts is not null and (ends is null or ends >= ${given(from)}::bigint)`);
  return conditions;
}
