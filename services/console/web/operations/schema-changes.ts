import microdiff from 'microdiff';

/** One place in which two versions of an Avro schema differ; undefined where one of them does not have it. */
export interface SchemaChange {
  /** Names of fields and of what about them, from the outside in. */
  readonly place: string;
  readonly before: unknown;
  readonly after: unknown;
}

export function schemaChanges(before: unknown, after: unknown): readonly SchemaChange[] {
  return microdiff({ schema: byName(before) }, { schema: byName(after) }, { cyclesFix: false }).map(
    (difference) => ({
      place: placeOf(difference.path.slice(1)),
      before: 'oldValue' in difference ? difference.oldValue : undefined,
      after: 'value' in difference ? difference.value : undefined,
    }),
  );
}

/** Fields and symbols by their names: one that comes between others moves none of them. */
function byName(value: unknown): unknown {
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one === 'string'))
      return Object.fromEntries(value.map((one) => [one, one]));
    if (value.every(isNamed)) return Object.fromEntries(value.map((one) => [one.name, byName(one)]));
    return value.map(byName);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, byName(one)]));
}

function isNamed(value: unknown): value is { readonly name: string } {
  return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string';
}

const ofAvro: ReadonlySet<string | number> = new Set(['type', 'items', 'symbols']);

function placeOf(path: readonly (string | number)[]): string {
  return path
    .filter((step, index) => path[index - 1] === 'fields' || !(step === 'fields' || isOfAvro(step)))
    .join(' › ');
}

function isOfAvro(step: string | number): boolean {
  return typeof step === 'number' || ofAvro.has(step);
}
