import type { AgencyId } from './agencies.ts';

/**
 * An event's own id: 1 to 128 of these, as they need no escape in a path. `.` and `..` are refused: clients would take them for a
 * step in the path, and the event could not be reached.
 */
export const idPattern = /^(?!\.{1,2}$)[A-Za-z0-9._~-]{1,128}$/;

/** A reference to an event by its address. */
export const addressPattern =
  /^\/v1\/events\/[a-z][a-z0-9]*(?:-[a-z0-9]+)+\/(?!\.{1,2}$)[A-Za-z0-9._~-]{1,128}$/;

/** Where an event is read: identity is (agency, id), so both are in it. */
export function addressOf(agency: AgencyId, id: string): string {
  return addressOfName(`${agency}/${id}`);
}

/** @param name `<agency>/<id>` */
export function addressOfName(name: string): string {
  return `/v1/events/${name}`;
}
