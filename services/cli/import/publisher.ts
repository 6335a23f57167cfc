import {
  type Agency,
  canPublish,
  defaultAgencyOf,
  demonstrationRegister,
  directoryAt,
  type IncomingEvent,
  unconfirmed,
  type Violation,
  validateEvent,
} from '@puebla/schemas';
import { shown } from './item.ts';

/** The agency that publishes a country's rows, or why there is none. */
export function publisherOf(country: string): Agency | string {
  const agency = /^[A-Z]{2}$/.test(country) ? defaultAgencyOf(country) : undefined;
  return agency ?? `country ${shown(country)} is no participant's ISO 3166-1 code`;
}

/** The import publishes for demonstration agencies; the exchange itself goes by its directory of the moment. */
const directory = directoryAt(demonstrationRegister, Date.now());

/** What the exchange would refuse, found before it is sent. */
export function violationsOf(event: IncomingEvent, { id }: Agency): readonly Violation[] {
  const validation = validateEvent(event);
  if (!validation.ok) return validation.violations;
  const agency = directory.agencies.get(id);
  if (agency === undefined) throw new RangeError(`${id} is no demonstration agency`);
  const permission = canPublish(agency, validation.kind, validation.event, directory);
  return permission.ok ? unconfirmed(validation.event) : permission.violations;
}

/** Violations as one reason. */
export const reasonOf = (violations: readonly Violation[]): string =>
  violations.map(({ pointer, rule, message }) => `${pointer} ${message} (${rule})`).join('; ');
