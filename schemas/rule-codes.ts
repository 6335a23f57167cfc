import { kindRuleTexts } from './generated.ts';
import type { Violation } from './violation.ts';

type RuleTexts = Record<string, readonly [es: string, en: string]>;

/** What any kind can break. */
const eventTexts = {
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
  'handling/audience': ['CLEAR y GREEN no admiten audiencia.', 'CLEAR and GREEN name no audience.'],
  'handling/agencies': [
    'AMBER_STRICT y RED nombran instituciones, al menos una, y nada más.',
    'AMBER_STRICT and RED name agencies, at least one, and nothing else.',
  ],
  'handling/unknown-reader': [
    'No es un grupo, un participante ni una institución que participe hoy.',
    'It is no group, no participant and no agency that takes part today.',
  ],
  'handling/usecode': ['CLEAR no admite H1 a H3.', 'CLEAR takes none of H1 to H3.'],
  'handling/danger': [
    'Por peligro para la vida (danger) solo sale con una firma una alerta RED.',
    'In danger to life (danger) only a RED alert goes out with one signature.',
  ],
  'publish/source': [
    'El origen no es la institución que firma la solicitud.',
    'The source is not the agency that signed the request.',
  ],
  'publish/role': [
    'Para publicar hace falta el rol de publicador (publisher).',
    'To publish needs the role publisher.',
  ],
  'publish/status': [
    'Su participante no publica eventos de este tipo.',
    'Your participant does not publish events of this kind.',
  ],
  'publish/tlp': [
    'Su participante no publica este tipo con esta marca.',
    'Your participant does not publish this kind with this marking.',
  ],
  'publish/own-territory': [
    'Un Estado observador alerta sobre su territorio: al menos un lugar debe ser suyo.',
    'An observer state alerts about its own territory: at least one place must be its own.',
  ],
  'publish/sponsor': [
    'La sociedad civil alerta con el patrocinio de una institución de un miembro.',
    'Civil society alerts under the sponsorship of a member’s agency.',
  ],
  // Threads
  'thread/unknown': [
    'Ahí no hay ningún evento de este tipo al que pueda referirse.',
    'There is no event of this kind there to which you could refer.',
  ],
  'thread/id': [
    'Este id ya está en el hilo, con otro contenido.',
    'This id is in the thread already, with other content.',
  ],
  'thread/owner': [
    'Solo quien publicó un evento publica sus versiones.',
    'Only who has published an event publishes its versions.',
  ],
  // Answers
  'answer/address': [
    'Debe ser la dirección de un evento, /v1/events/<institución>/<id>.',
    'It must be the address of an event, /v1/events/<agency>/<id>.',
  ],
  'answer/marking': [
    'Una respuesta se marca según el evento al que responde; no se envía marca, audiencia ni código de uso.',
    'An answer is marked by the event that it answers; no marking, audience or use code is sent.',
  ],
  'answer/own': ['Nadie acusa recibo de lo suyo.', 'Nobody acknowledges what is his own.'],
  'answer/recall-owner': [
    'Lo retira quien lo publicó, su patrocinador, o la Secretaría si contiene datos personales.',
    'Who has published it takes it back, its sponsor, or the Secretariat where it holds personal data.',
  ],
  'answer/recall-reason': [
    'La Secretaría retira lo ajeno solo por datos personales.',
    'The Secretariat takes back what is another’s for personal data alone.',
  ],
  'answer/recall-step': [
    'De un caso no se retira un solo paso: lo retira entero quien lo inició, o la Secretaría.',
    'No single step of a case is taken back: who began the case takes all of it back, or the Secretariat.',
  ],
  // What asks to be acknowledged
  'ackby/answer': ['Una respuesta no pide acuse.', 'An answer asks for no acknowledgement.'],
  'ackby/marking': [
    'Piden acuse los eventos AMBER, AMBER_STRICT y RED; los demás no se dirigen a nadie.',
    'Events at AMBER, AMBER_STRICT and RED ask for an acknowledgement; others are addressed to nobody.',
  ],
  'ackby/past': ['El plazo para acusar ya pasó.', 'The time until which to acknowledge has passed.'],
  'ackby/far': [
    'El plazo para acusar está a más de 90 días.',
    'The time until which to acknowledge is more than 90 days ahead.',
  ],
  // The directory
  'directory/not-yours': [
    'Lo cambia el punto focal de ese participante, o la Secretaría.',
    'The focal point of that participant changes it, or the Secretariat.',
  ],
  'directory/operator': [
    'El papel operator lo da la Secretaría, a personas de su propia institución.',
    'The Secretariat gives the role operator, to people of its own agency.',
  ],
  'directory/agency-id': [
    'El código del participante en minúsculas, un guion y un nombre corto, como mx-fgr.',
    'The participant’s code in small letters, a hyphen and a short name, as in mx-fgr.',
  ],
  'directory/person-id': [
    'De 1 a 40 letras minúsculas, dígitos y guiones; un puesto, nunca un nombre.',
    '1 to 40 small letters, digits and hyphens; a post, never a name.',
  ],
  'directory/group': [
    'De 2 a 40 de A-Z 0-9 _, y no el código de un participante.',
    '2 to 40 of A-Z 0-9 _, and not the code of a participant.',
  ],
  'directory/name': [
    'Un nombre en español (es) y en inglés (en).',
    'A name in Spanish (es) and English (en).',
  ],
  'directory/past': [
    'Lo que fue no se cambia: nada empieza ni termina en el pasado.',
    'What was so is not changed: nothing begins or ends in the past.',
  ],
  'directory/ended': ['Ya terminó; empiece uno nuevo.', 'It has ended; begin a new one.'],
  'directory/moved': [
    'Una institución no pasa a otro participante.',
    'An agency never moves to another participant.',
  ],
  'directory/unknown': [
    'No participa hoy, o no con el estatus que hace falta.',
    'It takes no part today, or not with the status that is needed.',
  ],
  'directory/order': ['Ya hay uno que empieza después.', 'There is one already that begins later.'],
  'directory/sponsored': [
    'Tiene otro patrocinador, que es quien termina su patrocinio.',
    'It has another sponsor, who ends that sponsorship.',
  ],
  'directory/secretariat': [
    'La Secretaría quedaría sin punto focal, y nadie podría cambiarlo.',
    'The Secretariat would be without a focal point, and nobody could change that.',
  ],
  'directory/own-clearance': [
    'Nadie se da a sí mismo el acceso a RED: lo dan otros dos puntos focales.',
    'Nobody gives himself the clearance for RED: two other focal points give it.',
  ],
  'directory/new-focal': [
    'Un punto focal da accesos a RED cuando lleva siete días en la función.',
    'A focal point gives clearances for RED once he has been one for seven days.',
  ],
  'directory/focal-anew': [
    'La función focal empieza con una fila propia: use otro identificador, que diga desde cuándo.',
    'The role focal begins with a row of its own: use another id, which says since when.',
  ],
  'directory/full': [
    'El participante ya no puede añadir más filas aquí; las terminadas cuentan (DIRECTORY_ROWS).',
    'The participant can add no more rows here; those that have ended count (DIRECTORY_ROWS).',
  ],
  'directory/mixed-group': ['Un grupo no mezcla estatus.', 'No group mixes statuses.'],
  'publish/office': [
    'Lo publica quien ocupa ese cargo de la Conferencia.',
    'Whoever holds that office of the Conference publishes it.',
  ],
  // A second signature
  'signature/alone': [
    'Lo que necesita una segunda firma se envía solo, no en un lote.',
    'What needs a second signature is sent alone, not among others.',
  ],
  'signature/releaser': [
    'Firma otra persona, con el rol de liberador (releaser), de la institución a la que le toca.',
    'Another person signs, with the role releaser, of the agency whose turn it is.',
  ],
  'signature/review': [
    'La revisión la termina otra persona: confirma, u objeta con un motivo.',
    'Another person ends the review: confirms it, or objects with a reason.',
  ],
  // What a preview warns of
  'unusual/public': [
    'Lo leerá cualquiera; este tipo no suele ser público. Las copias públicas no se pueden retirar.',
    'Anybody will read it; this kind is not public as a rule. Public copies cannot be taken back.',
  ],
  'unusual/readers': [
    'Lo leerán instituciones a las que este tipo no suele llegar.',
    'Agencies will read it that this kind does not reach as a rule.',
  ],
  'unusual/agency': [
    'Lo leerá quien no podía leer lo último que su institución publicó de este tipo.',
    'It will be read by some who could not read what your agency last published of this kind.',
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
  'disclosure/reveals': [
    'Con esta cifra se puede calcular un conteo de víctimas de 1 a 10 que no se publica; ponga una cota (below).',
    'This figure lets a count of victims from 1 to 10 that is kept back be worked out; give a bound (below).',
  ],
  'content/doubtful': [
    'El texto puede decir quién es alguien: un nombre junto a un papel, o la dirección de una casa. Quítelo, o confirme con un motivo (confirmed).',
    'The text may say who somebody is: a name beside a role, or the address of a house. Take it out, or confirm it with a reason (confirmed).',
  ],
  'content/personal-data': [
    'El texto contiene un dato que identifica a una persona: un correo, un teléfono, un número de documento, una fecha de nacimiento.',
    'The text holds what identifies a person: an e-mail address, a telephone, the number of a document, a date of birth.',
  ],
  // Rules that several kinds share
  period: ['El último día no puede ser anterior al primero.', 'The last day cannot be before the first.'],
  'period/far': [
    'Está demasiado lejos: entre 1900 y un año a partir de hoy.',
    'It is too far away: from 1900 to a year from today.',
  ],
  'source/name': ['Lo ya publicado nombra su fuente.', 'What was published before names its source.'],
  // Steps of repatriations and referrals
  'step/follows': [
    'Debe ser la dirección del paso al que sigue, /v1/events/<institución>/<id>; el primero no sigue a ninguno.',
    'It must be the address of the step that it follows, /v1/events/<agency>/<id>; the first follows none.',
  ],
  'step/unknown': ['No sigue a ningún paso de este hilo.', 'It follows no step of this thread.'],
  'step/void': [
    'A ese paso ya le sigue otro, o es nulo: este paso es nulo.',
    'Another step follows that one already, or that one is void: this step is void.',
  ],
  'step/party': [
    'Solo dan pasos las instituciones que el registro nombra.',
    'Only the agencies that the record names take steps.',
  ],
  'step/turn': ['Ese paso le toca a la otra parte.', 'That step is the other party’s.'],
  'step/illegal': [
    'Desde el estado actual no hay tal paso.',
    'There is no such step from the present state.',
  ],
  'step/changed': [
    'Este campo queda como estaba en el paso anterior.',
    'This field stays as it was in the step before.',
  ],
  'step/readers': [
    'La audiencia son todas las instituciones que el registro nombra, y nadie más.',
    'The audience is every agency that the record names, and nobody else.',
  ],
  'step/marking': [
    'Un paso no se marca de forma más abierta que el anterior.',
    'A step is marked no wider than the one before.',
  ],
  'step/agency': [
    'No es el identificador de una institución de ese participante.',
    'It is no id of an agency of that participant.',
  ],
  'step/case-handle': [
    'Debe ser un UUID al azar (versión 4), en minúsculas; nunca el número de un expediente o documento.',
    'It must be a random UUID (version 4), in small letters; never the number of a file or document.',
  ],
} as const satisfies RuleTexts;

const filterTexts = {
  parameter: ['No es un parámetro de este filtro.', 'It is no parameter of this filter.'],
  'parameter/period': ['from no puede ser posterior a to.', 'from cannot be after to.'],
  'parameter/date': [
    'Debe ser una fecha AAAA-MM-DD o una fecha y hora RFC 3339.',
    'It must be a date YYYY-MM-DD or an RFC 3339 date and time.',
  ],
  'parameter/agency': [
    'Debe ser el id de una institución, como mx-fgr.',
    'It must be the id of an agency, as in mx-fgr.',
  ],
  'parameter/address': [
    'Debe ser la dirección de un evento, /v1/events/<institución>/<id>.',
    'It must be the address of an event, /v1/events/<agency>/<id>.',
  ],
} as const satisfies RuleTexts;

/**
 * Every rule that an event or a filter can break, with the text that its author is told; those of one kind are in its folder
 * (`rule-codes.json`). Codes are an interface: they are added, never renamed. Texts are fixed, so that no answer ever repeats what was sent.
 */
export const ruleTexts = { ...eventTexts, ...kindRuleTexts, ...filterTexts } as const;

export type RuleCode = keyof typeof ruleTexts;

export const ruleCodes: readonly string[] = Object.keys(ruleTexts);

/** What is said of a violation of it, in one language; undefined for a code that is newer than this copy of the contract. */
export function ruleText(code: string, language: 'es' | 'en'): string | undefined {
  const texts: Readonly<Record<string, readonly [es: string, en: string]>> = ruleTexts;
  return texts[code]?.[language === 'es' ? 0 : 1];
}

/** A violation of a rule, with its text in Spanish and English. `allowed` is what would be taken, where that is a list. */
export function violation(rule: RuleCode, pointer: string, allowed?: readonly string[]): Violation {
  const [es, en] = ruleTexts[rule];
  const message = `${es} / ${en}`;
  return allowed === undefined ? { pointer, rule, message } : { pointer, rule, message, allowed };
}
