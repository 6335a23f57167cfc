import { kinds, type SubjectSchemas, type SubjectStatus } from '@puebla/schemas';
import pLimit from 'p-limit';

/** The schema registry, as far as it tells what there is. */
export interface Registry {
  /** Null where it is another than Apicurio, which alone tells. Throws when it does not answer. */
  version(): Promise<{ readonly version: string | null }>;
  /** Of the kinds of the catalogue. Throws when it does not answer. */
  subjects(): Promise<readonly SubjectStatus[]>;
  /** Undefined for what is no subject of the catalogue, or not registered. Throws when the registry does not answer. */
  schemasOf(subject: string): Promise<SubjectSchemas | undefined>;
}

const answerWithinMs = 2_000;
const askedAtOnce = 8;
const subjectNames: readonly string[] = kinds.map(({ subject }) => subject);

type Version = SubjectSchemas['versions'][number];

/** @param url base of its Confluent-compatible API */
export function createRegistry(url: string): Registry {
  const asked = pLimit(askedAtOnce);
  /** A version never changes. */
  const known = new Map<string, Version>();
  const ask = async (address: string): Promise<unknown> => {
    const answer = await asked(() => fetch(address, { signal: AbortSignal.timeout(answerWithinMs) }));
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`the registry answers ${answer.status}`);
    return answer.json();
  };
  const versionOf = async (subject: string, version: number): Promise<Version[]> => {
    const key = `${subject} ${version}`;
    const cached = known.get(key);
    if (cached !== undefined) return [cached];
    const told = (await ask(`${url}/subjects/${subject}/versions/${version}`)) as
      | { readonly id: number; readonly schema: string }
      | undefined;
    if (told === undefined) return [];
    const found = { version, id: told.id, schema: JSON.parse(told.schema) as unknown };
    known.set(key, found);
    return [found];
  };
  const schemasOf = async (subject: string): Promise<SubjectSchemas | undefined> => {
    const numbers = (await ask(`${url}/subjects/${subject}/versions`)) as readonly number[] | undefined;
    if (numbers === undefined) return undefined;
    const versions = await Promise.all(numbers.map((version) => versionOf(subject, version)));
    return { subject, versions: versions.flat().sort((a, b) => a.version - b.version) };
  };
  return {
    async version() {
      const info = await ask(new URL('/apis/registry/v3/system/info', url).href);
      const { version }: { version?: unknown } = Object(info);
      if (info === undefined) await ask(`${url}/subjects`);
      return { version: typeof version === 'string' ? version : null };
    },
    async subjects() {
      const found = await Promise.all(subjectNames.map(schemasOf));
      return found.flatMap((of) =>
        of === undefined
          ? []
          : [{ subject: of.subject, versions: of.versions.map(({ version, id }) => ({ version, id })) }],
      );
    },
    schemasOf: async (subject) => (subjectNames.includes(subject) ? schemasOf(subject) : undefined),
  };
}
