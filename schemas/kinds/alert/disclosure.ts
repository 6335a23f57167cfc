import type { AsSent } from '../../as-sent.ts';
import type { Tlp } from '../../code-lists.ts';
import type { Alert, People } from '../../generated.ts';
import { violation } from '../../rule-codes.ts';
import { wasPublished } from '../../rules/source.ts';
import { isText } from '../../rules/text.ts';
import type { Violation } from '../../violation.ts';

/**
 * Structure identifies too (rules.md, What may not be said): of living persons, at CLEAR and GREEN, no place finer than a subdivision,
 * and people in bands. What was published already, with its source, keeps its coordinates and counts.
 */
export function disclosureRules(alert: AsSent<Alert>, tlp: Tlp | undefined): Violation[] {
  const widelyRead = tlp === 'CLEAR' || tlp === 'GREEN';
  if (!widelyRead || wasPublished(alert.source) || !speaksOfTheLiving(alert)) return [];
  return [...placeDisclosure(alert), ...peopleDisclosure(alert)];
}

/** Categories that are about a method or a route; they speak of persons only where they count or describe them. */
const aboutMethods: ReadonlySet<string> = new Set([
  'FRAUDULENT_RECRUITMENT',
  'FRAUDULENT_DOCUMENTS',
  'ROUTE_CHANGE',
]);

/** The missing may be alive: only a record of the dead alone is not about the living. */
function speaksOfTheLiving(alert: AsSent<Alert>): boolean {
  const people = alert.people ?? undefined;
  if (alert.category === 'MISSING_OR_DEAD_MIGRANTS') return !isOnlyOfTheDead(people);
  const describes = people !== undefined || (alert.groups?.length ?? 0) > 0;
  return describes || !aboutMethods.has(alert.category ?? 'OTHER');
}

function isOnlyOfTheDead(people: AsSent<People> | undefined): boolean {
  if (typeof people?.dead !== 'number') return false;
  const others = [people.count, people.atLeast, people.atMost, people.deadAndMissing, people.missing];
  return others.every((count) => typeof count !== 'number') && (people.bands?.length ?? 0) === 0;
}

const finerThanSubdivision = ['locality', 'latitude', 'longitude'] as const;

function placeDisclosure(alert: AsSent<Alert>): Violation[] {
  return (alert.places ?? []).flatMap((place, i) =>
    finerThanSubdivision
      .filter((name) => (name === 'locality' ? isText(place?.locality) : typeof place?.[name] === 'number'))
      .map((name) => violation('disclosure/place', `/data/places/${i}/${name}`)),
  );
}

/** A band must hold five numbers or more, or it says the number. */
const narrowestBand = 5;

function peopleDisclosure(alert: AsSent<Alert>): Violation[] {
  const people = alert.people;
  if (people === null || people === undefined) return [];
  const found: Violation[] = [];
  if (typeof people.count === 'number') found.push(violation('disclosure/people', '/data/people/count'));
  if (typeof people.missing === 'number') found.push(violation('disclosure/people', '/data/people/missing'));
  if (typeof people.deadAndMissing === 'number') {
    found.push(violation('disclosure/people', '/data/people/deadAndMissing'));
  }
  if (typeof people.atMost === 'number' && people.atMost - (people.atLeast ?? 0) + 1 < narrowestBand) {
    found.push(violation('disclosure/people', '/data/people/atMost'));
  }
  if ((people.bands?.length ?? 0) > 0) found.push(violation('disclosure/people', '/data/people/bands'));
  return found;
}
