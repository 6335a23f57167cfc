import subdivisions from '../code-lists/iso-3166-2.json' with { type: 'json' };
import { doubtful, type TextFinding } from './finding.ts';
import { matchesOf } from './matches.ts';
import { neverInName, role, thing } from './words.ts';

/** María, O'Neill, LÓPEZ, J. */
const part = String.raw`(?:\p{Lu}[\p{L}\p{M}'’-]+|\p{Lu}\.)`;
const link = '(?:(?:de|del|de la|de los|de las|van|da) )?';
const courtesy = String.raw`(?:(?:Mrs?|Ms|Sra?|Srta|Don|Doña)\.? )?`;
const fullName = `${part}(?: ${link}${part}){1,4}`;
const anyName = `${part}(?: ${link}${part}){0,4}`;
/** Words that lead elsewhere: "víctimas en Ciudad Hidalgo", "minors from San Marcos". */
const leadsAway =
  '(?:en|de|del|desde|hacia|hasta|a|al|por|para|con|y|e|o|u|entre|ante|ni|que|fue|fueron|son|es|está|in|at|from|to|of|on|for|by|with|and|or|near|through|via|under|are|is|was|were|as|into|the)';

const toPlace =
  '[Ee]n|[Dd]el?|[Dd]esde|[Hh]acia|[Hh]asta|[Aa]l?|[Ii]n|[Aa]t|[Ff]rom|[Tt]o|[Nn]ear|[Oo]f|[Vv]ia|[Tt]hrough';

const roleWord = new RegExp(String.raw`(?<!\p{L})${role}(?!\p{L})`, 'giu');
/** víctima Ana Ruiz; víctima: Ana Ruiz; testigo protegido Ana Ruiz; menor de edad, Ana Ruiz */
const behind = new RegExp(
  String.raw`^(?: de (?:edad|trata|iniciales)| of trafficking)?(?: (?!${leadsAway} )[\p{Ll}]+){0,2}(?: (?:es|era|is|was))?(?: ?[:(,"«“-] ?| )["«“]?${courtesy}(?<name>${fullName})(?![\p{L}\p{M}])`,
  'du',
);
/** Ana Ruiz, víctima; Ana Ruiz (la víctima); Ana Ruiz, a victim */
const nameAhead = new RegExp(
  String.raw`(?<lead>(?<!\p{L})(?:${toPlace}) )?(?<![\p{L}\p{M}])${courtesy}(?<name>${fullName})["»”]?$`,
  'du',
);
const betweenAhead =
  /(?:, | ?\(| - )(?:(?:la|el|una|un|presunta|presunto|posible|otra|otro|a|an|the|another|alleged|possible|presumed|their|her|his|su) ){0,2}$/u;
const naming = new RegExp(
  String.raw`(?<before>(?<!\p{L})[\p{L}]+ )?(?<!\p{L})(?:llamad[oa]s?|de nombre|(?:identificad|conocid|registrad)[oa]s? como|(?:con el nombre|responde al nombre|a nombre) de|se llama|hace llamar|nombre es|name is|named|called|identified as|known as|goes by|(?:by|to) the name of|whose name is) ["«“]?(?<name>${anyName})(?![\p{L}\p{M}])`,
  'dgu',
);
const labelled = new RegExp(
  String.raw`(?<!\p{L})(?:[Nn]ombres?(?: completo| y apellidos?)?(?: de (?:la|el|los) ?\p{L}+| del \p{L}+)?|NOMBRE|[Aa]pellidos?|(?:[Ff]ull |[Ll]ast |[Ff]irst )?[Nn]ames?(?: of (?:the )?\p{L}+)?|NAME) ?: ?(?<name>${anyName})(?![\p{L}\p{M}])`,
  'dgu',
);
/** hija de Ana Ruiz, daughter of Ana Ruiz */
const kinOf = new RegExp(
  String.raw`(?<!\p{L})(?:(?:[Hh]ij|[Hh]erman|[Ss]obrin|[Nn]iet|[Ee]spos|[Tt]í|[Aa]buel)[oa]s? del?|(?:[Mm]adre|[Pp]adre) de|(?:[Ss]on|[Dd]aughter|[Bb]rother|[Ss]ister|[Ww]ife|[Hh]usband|[Mm]other|[Ff]ather|[Nn]iece|[Nn]ephew)s? of) ${courtesy}(?<name>${fullName})(?![\p{L}\p{M}])`,
  'dgu',
);
const roleAtStart = new RegExp(String.raw`^${role}(?!\p{L})`, 'iu');
const isThing = new RegExp(`^${thing} $`, 'iu');

/** Most lines have none, and are spared the rest. */
const capitalWithin = /[\s("«“:-]\p{Lu}/u;

/** How far from a role word a name is looked for. */
const reach = 90;

/** Personal names beside a role word, or called names. Names of offices and places are left out; it is a guess either way. */
export function findNames(text: string): TextFinding[] {
  if (!capitalWithin.test(text)) return [];
  const found: TextFinding[] = [];
  const roles: number[] = [];
  for (const { 0: word, index } of matchesOf(roleWord, text)) {
    roles.push(index);
    addBehind(found, text, index, word);
    // "Casa Alianza, víctimas de trata y ..." is a list: one person has one role.
    if (!/(?:[^s]s|children|witnesses)$/iu.test(word)) addAhead(found, text, index);
  }
  const labels = text.includes(':') ? matchesOf(labelled, text) : [];
  for (const match of labels) addName(found, match, 0);
  if (roles.length === 0) return found;
  for (const match of matchesOf(naming, text)) {
    const nearRole = roles.some((at) => Math.abs(at - match.index) <= reach);
    if (nearRole && !isThing.test(match.groups?.['before'] ?? '')) addName(found, match, 0);
  }
  for (const match of matchesOf(kinOf, text)) addName(found, match, 0);
  return found;
}

function addBehind(found: TextFinding[], text: string, index: number, word: string): void {
  const end = index + word.length;
  const match = behind.exec(text.slice(end, end + reach));
  if (match === null) return;
  const isApart = /[:(,]/.test(match[0]);
  if (isApart || !isHeadline(text, index)) addName(found, match, end);
}

function addAhead(found: TextFinding[], text: string, index: number): void {
  const between = betweenAhead.exec(text.slice(Math.max(0, index - 30), index));
  if (between === null) return;
  const end = index - between[0].length;
  const from = Math.max(0, end - reach);
  const match = nameAhead.exec(text.slice(from, end));
  if (match?.groups?.['lead'] === undefined) addName(found, match, from);
}

function addName(found: TextFinding[], match: RegExpExecArray | null, offset: number): void {
  const name = match?.groups?.['name'];
  const span = match?.indices?.groups?.['name'];
  if (name === undefined || span === undefined || !isPersons(name)) return;
  found.push(doubtful('name', offset + span[0], name.length));
}

/** Places that the registers have ("Nueva Segovia") are none. */
const places: ReadonlySet<string> = new Set(
  Object.values(subdivisions.values).flatMap((rows) => rows.map((row) => row.name)),
);

function isPersons(name: string): boolean {
  const words = name.split(' ');
  // "Hija de Ana Ruiz" is no name: `kinOf` has it.
  if (roleAtStart.test(name)) return false;
  if (places.has(name) || words.some((word) => /^\p{Lu}/u.test(word) && neverInName(word))) return false;
  // OIM, INM: abbreviations are short, and stand among words of small letters.
  const isCapitals = (word: string) => /^\p{Lu}{2,}$/u.test(word);
  return !words.some(isCapitals) || (words.every(isCapitals) && words.some((word) => word.length > 3));
}

/** Whether most words of the sentence begin with a capital: then capitals say nothing. All in capitals is another matter. */
function isHeadline(text: string, at: number): boolean {
  const from = Math.max(0, at - reach);
  const around = text.slice(from, at + reach);
  const words = around.match(/[\p{L}\p{M}'’]{4,}/gu) ?? [];
  const capitals = words.filter((word) => /^\p{Lu}\p{Ll}/u.test(word));
  const small = words.filter((word) => /^\p{Ll}/u.test(word));
  return capitals.length >= 4 && small.length <= 1 && /\p{Lu}/u.test(text.charAt(at));
}
