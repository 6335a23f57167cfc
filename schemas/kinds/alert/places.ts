import type { AsSent } from '../../as-sent.ts';
import { isCountry, subdivisionsOf } from '../../code-lists.ts';
import type { Place } from '../../generated.ts';
import { violation } from '../../rule-codes.ts';
import { countryRules } from '../../rules/country.ts';
import type { Violation } from '../../violation.ts';

const maxPlaces = 200;
const maxLocalityLength = 200;

/** At least one place; each with its leg and country, its subdivision in that country, its coordinates in pairs and in range. */
export function placeRules(places: readonly (AsSent<Place> | undefined)[] | undefined): Violation[] {
  if (places === undefined || places.length === 0) return [violation('required', '/data/places')];
  if (places.length > maxPlaces) return [violation('length', '/data/places')];
  return places.flatMap((place, i) => (place === undefined ? [] : rulesOf(place, `/data/places/${i}`)));
}

function rulesOf(place: AsSent<Place>, pointer: string): Violation[] {
  const found = countryRules(place.country, `${pointer}/country`);
  if (place.leg === undefined) found.push(violation('required', `${pointer}/leg`));
  if ((place.locality?.length ?? 0) > maxLocalityLength)
    found.push(violation('length', `${pointer}/locality`));
  return [...found, ...subdivisionRules(place, pointer), ...coordinateRules(place, pointer)];
}

/** In the register of the country where there is one (the members); of the country's pattern elsewhere. */
function subdivisionRules(place: AsSent<Place>, pointer: string): Violation[] {
  const { country, subdivision } = place;
  if (typeof subdivision !== 'string' || country === undefined || !isCountry(country)) return [];
  const register = subdivisionsOf(country);
  const known =
    register === undefined
      ? subdivision.startsWith(`${country}-`) && /^.{3}[A-Z0-9]{1,3}$/.test(subdivision)
      : register.includes(subdivision);
  return known ? [] : [violation('subdivision', `${pointer}/subdivision`, register)];
}

function coordinateRules({ latitude, longitude }: AsSent<Place>, pointer: string): Violation[] {
  const hasLatitude = typeof latitude === 'number';
  const hasLongitude = typeof longitude === 'number';
  const found: Violation[] = [];
  if (hasLatitude && Math.abs(latitude) > 90) found.push(violation('range', `${pointer}/latitude`));
  if (hasLongitude && Math.abs(longitude) > 180) found.push(violation('range', `${pointer}/longitude`));
  if (hasLatitude !== hasLongitude) {
    found.push(violation('alert/coordinates', `${pointer}/${hasLatitude ? 'longitude' : 'latitude'}`));
  }
  return found;
}
