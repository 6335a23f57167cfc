import type { Violation } from './violation.ts';

/**
 * Every rule that an event can break, with the text that its author is told. Codes are an interface: they are added, never
 * renamed. Texts are fixed, so that no answer ever repeats what was sent.
 */
const ruleTexts = {
  // Any field
  required: ['Falta este campo.', 'This field is required.'],
  type: [
    'El valor no es del tipo que se espera aquí.',
    'The value is not of the type that is expected here.',
  ],
  'unknown-field': ['Este campo no existe en el contrato.', 'The contract has no such field.'],
  enum: ['El valor no está en la lista.', 'The value is not in the list.'],
  text: [
    'El texto contiene caracteres de control o Unicode mal formado.',
    'The text holds control characters or malformed Unicode.',
  ],
  length: ['Es más largo de lo que se admite.', 'It is longer than what is taken.'],
  range: ['El número está fuera de los límites.', 'The number is out of bounds.'],
  date: ['Debe ser un día del calendario, AAAA-MM-DD.', 'It must be a day of the calendar, YYYY-MM-DD.'],
  time: [
    'Debe ser una fecha y hora RFC 3339 con zona, por ejemplo 2026-01-31T18:00:00Z.',
    'It must be an RFC 3339 date and time with its zone, as in 2026-01-31T18:00:00Z.',
  ],
  url: ['Debe ser una dirección http o https.', 'It must be an http or https address.'],
  unique: ['Se repite; cada valor va una sola vez.', 'It is repeated; each value goes once.'],
  country: ['Debe ser un código ISO 3166-1 alfa-2.', 'It must be an ISO 3166-1 alpha-2 code.'],
  subdivision: [
    'Debe ser un código ISO 3166-2 de ese país.',
    'It must be an ISO 3166-2 code of that country.',
  ],
  participant: ['No es un participante de la Conferencia.', 'It is no participant of the Conference.'],
  'too-many': [
    'Hay más errores de los que se muestran; corrija estos y envíe de nuevo.',
    'There are more errors than are shown; mend these and send again.',
  ],
  // CloudEvents attributes
  kind: ['No es un tipo de evento del catálogo.', 'It is no kind of event of the catalogue.'],
  id: ['De 1 a 128 caracteres de A-Z a-z 0-9 . _ ~ -', '1 to 128 characters of A-Z a-z 0-9 . _ ~ -'],
  // Handling and who publishes
  'handling/not-yet': [
    'Por ahora solo se llevan CLEAR y GREEN, sin audiencia ni código de uso.',
    'For now only CLEAR and GREEN are carried, with neither audience nor use code.',
  ],
  'handling/audience': ['CLEAR y GREEN no admiten audiencia.', 'CLEAR and GREEN name no audience.'],
  'publish/source': [
    'El origen no es la institución que firma la solicitud.',
    'The source is not the agency that signed the request.',
  ],
  'publish/status': [
    'Su participante no publica eventos de este tipo.',
    'Your participant does not publish events of this kind.',
  ],
  'publish/own-territory': [
    'Un Estado observador alerta sobre su territorio: al menos un lugar debe ser suyo.',
    'An observer state alerts about its own territory: at least one place must be its own.',
  ],
  'publish/sponsor': [
    'La sociedad civil alerta con el patrocinio de un miembro; aún no se puede pedir.',
    'Civil society alerts under the sponsorship of a member, which cannot be asked for yet.',
  ],
  // What may not be said
  'disclosure/place': [
    'De personas vivas, con CLEAR o GREEN, ningún lugar más fino que la subdivisión, salvo lo ya publicado con su fuente.',
    'Of living persons, at CLEAR or GREEN, no place finer than a subdivision, unless published before, with its source.',
  ],
  'disclosure/people': [
    'De personas vivas, con CLEAR o GREEN, solo rangos de al menos cinco (atLeast, atMost), salvo lo ya publicado con su fuente.',
    'Of living persons, at CLEAR or GREEN, only bands at least five wide (atLeast, atMost), unless published before, with its source.',
  ],
  'disclosure/small-count': [
    'Los conteos de víctimas de 1 a 10 no se publican, salvo lo ya publicado con su fuente.',
    'Counts of victims from 1 to 10 are not published, unless published before, with its source.',
  ],
  'content/personal-data': [
    'El texto contiene un dato que identifica a una persona: un correo, un teléfono, un número de documento, una fecha de nacimiento.',
    'The text holds what identifies a person: an e-mail address, a telephone, the number of a document, a date of birth.',
  ],
  // Kinds
  period: ['El último día no puede ser anterior al primero.', 'The last day cannot be before the first.'],
  'period/far': [
    'Está demasiado lejos: entre 1900 y un año a partir de hoy.',
    'It is too far away: from 1900 to a year from today.',
  ],
  'source/name': ['Lo ya publicado nombra su fuente.', 'What was published before names its source.'],
  'alert/coordinates': ['La latitud y la longitud van juntas.', 'Latitude and longitude go together.'],
  'alert/people': [
    'O el número exacto (count) o un rango (atLeast, atMost), y el rango en orden.',
    'Either the exact number (count) or a band (atLeast, atMost), and the band in order.',
  ],
  'alert/dead-and-missing': [
    'O una sola cifra (deadAndMissing) o dos (dead, missing).',
    'Either one number (deadAndMissing) or two (dead, missing).',
  ],
  'alert/references': [
    'Debe ser la dirección de un evento, /v1/events/<institución>/<id>; todo mensaje que no sea ALERT lleva al menos una.',
    'It must be the address of an event, /v1/events/<agency>/<id>; every message but ALERT has at least one.',
  ],
  'alert/expires': ['No puede caducar antes de ocurrir.', 'It cannot expire before it occurs.'],
  'practice/tag': [
    'Minúsculas, dígitos y guiones, hasta 40 caracteres.',
    'Small letters, digits and hyphens, up to 40 characters.',
  ],
  'practice/email': ['No es una dirección de correo.', 'It is no e-mail address.'],
  'statistic/cell': [
    'Cada celda lleva un valor (value) o una cota (below), no ambos.',
    'Each cell has a value or a bound (below), not both.',
  ],
  // The filter's parameters
  parameter: ['No es un parámetro de este filtro.', 'It is no parameter of this filter.'],
  'parameter/period': ['from no puede ser posterior a to.', 'from cannot be after to.'],
  'parameter/date': [
    'Debe ser una fecha AAAA-MM-DD o una fecha y hora RFC 3339.',
    'It must be a date YYYY-MM-DD or an RFC 3339 date and time.',
  ],
} as const satisfies Record<string, readonly [es: string, en: string]>;

export type RuleCode = keyof typeof ruleTexts;

export const ruleCodes: readonly string[] = Object.keys(ruleTexts);

/** A violation of a rule, with its text in Spanish and English. `allowed` is what would be taken, where that is a list. */
export function violation(rule: RuleCode, pointer: string, allowed?: readonly string[]): Violation {
  const [es, en] = ruleTexts[rule];
  const message = `${es} / ${en}`;
  return allowed === undefined ? { pointer, rule, message } : { pointer, rule, message, allowed };
}
