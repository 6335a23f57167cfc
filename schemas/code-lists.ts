/** The registers that rules and filter look into; enums are in the kinds' `.avsc`, and a test holds them against these files. */
import countries from './code-lists/iso-3166-1.json' with { type: 'json' };
import subdivisions from './code-lists/iso-3166-2.json' with { type: 'json' };
import zones from './code-lists/time-zones.json' with { type: 'json' };
import tlp from './code-lists/tlp.json' with { type: 'json' };

export type Tlp = 'CLEAR' | 'GREEN' | 'AMBER' | 'AMBER_STRICT' | 'RED';

/** ISO 3166-1 alpha-2. */
export const countryCodes: readonly string[] = countries.values;

const countrySet: ReadonlySet<string> = new Set(countryCodes);

export function isCountry(code: string): boolean {
  return countrySet.has(code);
}

const registers: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries(subdivisions.values).map(([country, rows]) => [country, rows.map((row) => row.code)]),
);

/** ISO 3166-2 codes of a country; undefined where the register has none (it holds the eleven members). */
export function subdivisionsOf(country: string): readonly string[] | undefined {
  return registers.get(country);
}

const subdivisionNames: ReadonlyMap<string, string> = new Map(
  Object.values(subdivisions.values).flatMap((rows) => rows.map(({ code, name }) => [code, name])),
);

/** In the language of the register; undefined where it has no such code. */
export function subdivisionName(code: string): string | undefined {
  return subdivisionNames.get(code);
}

/** Names of the IANA Time Zone Database, and UTC. A list of the contract, so that every implementation takes the same. */
export const timeZones: readonly string[] = zones.values;

const timeZoneSet: ReadonlySet<string> = new Set(timeZones);

export function isTimeZone(name: string): boolean {
  return timeZoneSet.has(name);
}

/** From the widest to the narrowest. */
export const tlpMarkings: readonly Tlp[] = ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'];

/** EU law-enforcement handling codes: what the reader may do with it; they bind the use, never who reads. */
export const useCodes: readonly string[] = ['H0', 'H1', 'H2', 'H3'];

/** For whom a RED alert cannot wait for its second signature. */
export const dangers = ['LIFE'] as const;
export type Danger = (typeof dangers)[number];

/** The markings from CLEAR to this one. */
export function upTo(narrowest: Tlp): readonly Tlp[] {
  return tlpMarkings.slice(0, tlpMarkings.indexOf(narrowest) + 1);
}

const tlpByName: ReadonlyMap<string, Tlp> = new Map([
  ...tlpMarkings.map((marking) => [marking, marking] as const),
  ...Object.entries(tlp.aliases).flatMap(([alias, name]) =>
    tlpMarkings.filter((marking) => marking === name).map((marking) => [alias, marking] as const),
  ),
]);

/** A marking by its name, or by the one it had in TLP 1.0 (WHITE). */
export function tlpOf(name: string): Tlp | undefined {
  return tlpByName.get(name);
}
