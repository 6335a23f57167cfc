import { signal } from '@preact/signals';
import { type AgencyId, type Directory, directoryAt, emptyRegister, type Register } from '@puebla/schemas';
import { askJson } from './api.ts';
import { language, named } from './language.ts';

/** Who takes part today, as far as it is shown to everybody who is signed in: without people. Undefined until it is known, and signed out. */
export const directory = signal<Directory | undefined>(undefined);

const shown = ['participants', 'agencies', 'offices', 'sponsorships', 'groups'] as const;
let asked: Promise<void> | undefined;

/** Once a page; again after it could not be had. */
export function loadDirectory(): Promise<void> {
  asked ??= load().catch((error: unknown) => {
    asked = undefined;
    throw error;
  });
  return asked;
}

async function load(): Promise<void> {
  const rows = await Promise.all(
    shown.map(async (collection) => {
      const { items } = await askJson<{ items: unknown }>(`/v1/directory/${collection}`, {
        language: language.value,
      });
      return [collection, items] as const;
    }),
  );
  const register = { ...emptyRegister, ...(Object.fromEntries(rows) as Partial<Register>) };
  directory.value = directoryAt(register, Date.now());
}

/** Its name where it is known, and always its id. */
export function agencyName(id: AgencyId): string {
  const agency = directory.value?.agencies.get(id);
  return agency === undefined ? id : `${named(agency.name)} (${id})`;
}
