import { plainText } from './plain-text.ts';

/** An event as one line of a terminal: when it was accepted, what, from whom, how grave, where, and its headline. */
export function eventLine(event: object): string {
  const head = event as Readonly<Record<string, unknown>>; // read field by field, each of unknown type
  if (isText(head['withdrawn'])) return `withdrawn ${textOf(head['withdrawn'])}`;
  const data = recordOf(head['data']);
  const places = Array.isArray(data['places']) ? data['places'] : [];
  const countries = [...places.map((place: unknown) => recordOf(place)['country']), data['country']].filter(
    isText,
  );
  const columns = [
    textOf(head['recordedtime'] ?? head['time'])
      .slice(0, 19)
      .padEnd(19),
    textOf(head['type']).padEnd(9),
    textOf(head['source']).padEnd(14),
    textOf(head['tlp']).padEnd(6),
    textOf(data['severity'] ?? '-').padEnd(8),
    [...new Set(countries)].join(',').padEnd(5),
    titleOf(data),
  ];
  return columns.join(' ').trimEnd();
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const textOf = (value: unknown): string => (isText(value) ? plainText(value) : '');

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** In the language of the person's system where the event has it, else in the one that comes first. */
function titleOf(data: Readonly<Record<string, unknown>>): string {
  const texts = (Array.isArray(data['information']) ? data['information'] : []).map(recordOf);
  const language = Intl.DateTimeFormat().resolvedOptions().locale.slice(0, 2);
  const text = texts.find((each) => each['language'] === language) ?? texts[0] ?? data;
  return textOf(text['headline'] ?? text['title'] ?? data['indicator']);
}
