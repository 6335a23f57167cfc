/** What the filter asks of an event, read out of its data once. */
export interface Facets {
  /** ISO 3166-1 alpha-2: any place of the event, or where a practice was applied. */
  readonly countries: readonly string[];
  /** What it is about: the value of the field that the kind names as its category. */
  readonly category: string | null;
  readonly legs: readonly string[];
  readonly exploitation: readonly string[];
  readonly groups: readonly string[];
  readonly severity: string | null;
  readonly languages: readonly string[];
  /** The event's own period, epoch milliseconds, both inclusive. No `from`: no period; no `to`: it still goes on. */
  readonly from: number | null;
  readonly to: number | null;
}

/** Of an event that can be filtered by none of them. */
export const noFacets: Facets = {
  countries: [],
  category: null,
  legs: [],
  exploitation: [],
  groups: [],
  severity: null,
  languages: [],
  from: null,
  to: null,
};
