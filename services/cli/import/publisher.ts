import {
  type Agency,
  canPublish,
  defaultAgencyOf,
  type IncomingEvent,
  type Violation,
  validateEvent,
} from '@puebla/schemas';
import { shown } from './item.ts';

/** The agency that publishes a country's rows, or why there is none. */
export function publisherOf(country: string): Agency | string {
  const agency = /^[A-Z]{2}$/.test(country) ? defaultAgencyOf(country) : undefined;
  return agency ?? `country ${shown(country)} is no participant's ISO 3166-1 code`;
}

/** What the exchange would refuse, found before it is sent. */
export function violationsOf(event: IncomingEvent, agency: Agency): readonly Violation[] {
  const validation = validateEvent(event);
  return validation.ok ? canPublish(agency, validation.kind, validation.event) : validation.violations;
}

/** Violations as one reason. */
export const reasonOf = (violations: readonly Violation[]): string =>
  violations.map(({ pointer, rule, message }) => `${pointer} ${message} (${rule})`).join('; ');
