import type { AgencyId, Directory, PersonId } from '@puebla/schemas';

/** Who signs in at the embedded issuer, as one text: `<agency>/<person>`, which is how the directory names people. */
export type AccountId = string;

export interface Account {
  readonly agency: AgencyId;
  readonly person: PersonId;
}

/** Undefined for who is not in the directory now. */
export function accountOf(directory: Directory, id: AccountId): Account | undefined {
  const slash = id.indexOf('/');
  return directory.people.has(id) ? { agency: id.slice(0, slash), person: id.slice(slash + 1) } : undefined;
}

/** Everybody who can sign in now, by agency, in the directory's order. */
export function peopleByAgency(directory: Directory): ReadonlyMap<AgencyId, readonly PersonId[]> {
  const people = new Map<AgencyId, PersonId[]>();
  for (const id of directory.people.keys()) {
    const account = accountOf(directory, id);
    if (account === undefined) continue;
    const { agency, person } = account;
    people.set(agency, [...(people.get(agency) ?? []), person]);
  }
  return people;
}
