import type { AsSent } from '../../as-sent.ts';
import { upTo } from '../../code-lists.ts';
import type { Facets } from '../../facets.ts';
import type { Training } from '../../generated.ts';
import type { KindRules, RuleContext } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { contactRules } from '../../rules/contact.ts';
import { countryRules } from '../../rules/country.ts';
import { informationRules } from '../../rules/information.ts';
import { linkRules } from '../../rules/links.ts';
import { distinct, onceRules } from '../../rules/lists.ts';
import { participantListRules } from '../../rules/participants.ts';
import { firstReference, referenceRules } from '../../rules/references.ts';
import { requiredRules } from '../../rules/required.ts';
import type { Violation } from '../../violation.ts';
import { organizerRules } from './organizers.ts';
import { sessionRules, sessionSpan } from './sessions.ts';

type SentTraining = AsSent<Training>;

const maxTitleLength = 300;
const maxDescriptionLength = 20_000;
const maxPlaces = 50;
const maxPlaceNameLength = 200;
/** More is a slip of the pen. */
const maxSeats = 100_000;

const checkInformation = informationRules({ title: maxTitleLength }, { description: maxDescriptionLength });

function rules(data: Record<string, unknown>, context: RuleContext): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const training = data as SentTraining;
  return [
    ...requiredRules(training, ['status', 'state', 'theme', 'modality', 'contact']),
    ...checkInformation(training.information),
    ...sessionRules(training, context.now),
    ...placeRules(training),
    ...heldInRules(training.languages),
    ...seatRules(training.seats),
    ...organizerRules(training.organizers),
    ...openToRules(training.openTo),
    ...linkRules(training.links),
    ...contactRules(training.contact, 'training/email'),
    ...referenceRules(training.references, 'training/references', training.state === 'CANCELLED'),
  ];
}

function placeRules({ modality, places = [] }: SentTraining): Violation[] {
  if (places.length > maxPlaces) return [violation('length', '/data/places')];
  const found = places.flatMap((place, i) => {
    if (place === undefined) return [];
    const pointer = `/data/places/${i}`;
    const tooLong = (['locality', 'venue'] as const)
      .filter((name) => (place[name]?.length ?? 0) > maxPlaceNameLength)
      .map((name) => violation('length', `${pointer}/${name}`));
    return [...countryRules(place.country, `${pointer}/country`), ...tooLong];
  });
  const isOnline = modality === 'ONLINE';
  const isMisplaced = modality !== undefined && isOnline !== (places.length === 0);
  return isMisplaced ? [...found, violation('training/places', '/data/places')] : found;
}

function heldInRules(languages: SentTraining['languages']): Violation[] {
  if (languages === undefined || languages.length === 0) return [violation('required', '/data/languages')];
  return onceRules(languages, '/data/languages');
}

function seatRules(seats: SentTraining['seats']): Violation[] {
  const isWrong = typeof seats === 'number' && (seats < 1 || seats > maxSeats);
  return isWrong ? [violation('range', '/data/seats')] : [];
}

function openToRules(openTo: SentTraining['openTo']): Violation[] {
  if (openTo === null || openTo === undefined) return [];
  const { statuses = [], participants = [] } = openTo;
  if (statuses.length + participants.length === 0) return [violation('training/open-to', '/data/openTo')];
  return [
    ...onceRules(statuses, '/data/openTo/statuses'),
    ...participantListRules(participants, '/data/openTo/participants'),
  ];
}

function facets(data: Record<string, unknown>): Facets {
  // Of the Avro type: it was checked, or decoded.
  const training = data as SentTraining;
  return {
    countries: distinct(training.places?.map((place) => place?.country)),
    category: training.theme ?? null,
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: distinct(training.information?.map((item) => item?.language)),
    ...sessionSpan(training),
  };
}

export const training: KindRules = {
  title: { es: 'Capacitación', en: 'Training' },
  publishers: {
    MEMBER: { tlp: upTo('AMBER') },
    OBSERVER: { tlp: upTo('AMBER') },
    ORGANIZATION: { tlp: upTo('AMBER') },
    CIVIL_SOCIETY: { tlp: upTo('AMBER') },
    BODY: { tlp: upTo('AMBER') },
  },
  tlp: 'GREEN',
  category: 'theme',
  rules,
  facets,
  refersTo: firstReference,
};
