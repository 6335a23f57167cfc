import { type Actor, type Collection, changeOf, type Register, withEntries } from './index.ts';

/** Attempts to change a register; for tests. */

export const now = Date.UTC(2026, 5, 1);
export const term = { from: new Date(now).toISOString(), to: null };
export const name = { es: 'EJERCICIO', en: 'EXERCISE' };

export const actor = (agency: string, participant: string, ...roles: Actor['roles']): Actor => ({
  agency,
  participant,
  roles,
});
export const secretariat = actor('ts-office', 'TS', 'focal');
export const mexican = actor('mx-fgr', 'MX', 'focal');

/** The register with what was asked. Throws where that is refused. */
export function changed(
  register: Register,
  collection: Collection,
  row: object,
  by: Actor,
  at = now,
): Register {
  const change = changeOf(register, collection, row, by, at);
  if (!change.ok) throw new Error(JSON.stringify(change.violations));
  return withEntries(register, change.entries);
}

/** Each rule that refuses it, behind its pointer; none where nothing does. */
export function refused(
  register: Register,
  collection: Collection,
  row: object,
  by: Actor,
  at = now,
): string[] {
  const change = changeOf(register, collection, row, by, at);
  return change.ok ? [] : change.violations.map(({ pointer, rule }) => `${pointer} ${rule}`);
}
