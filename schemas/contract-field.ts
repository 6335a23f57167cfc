import { avroSchemas } from './generated.ts';
import { attributes } from './validate.ts';

const names: ReadonlySet<string> = new Set([...attributes, ...fieldsIn(avroSchemas)]);

function fieldsIn(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return [];
  const fields: readonly { readonly name: string }[] =
    'fields' in part && Array.isArray(part.fields) ? part.fields : [];
  return [...fields.map(({ name }) => name), ...Object.values(part).flatMap(fieldsIn)];
}

/**
 * Which field a pointer means, by the contract's own names alone: without the places in lists, and cut before the first name that is
 * none of the contract's, since whoever wrote that may have written anything. `/data/places/0/country` is `/data/places/country`.
 */
export function contractField(pointer: string): string {
  const tokens = pointer
    .split('/')
    .slice(1)
    .filter((token) => !/^\d+$/.test(token));
  const unknown = tokens.findIndex((token) => !names.has(token));
  return tokens
    .slice(0, unknown === -1 ? tokens.length : unknown)
    .map((token) => `/${token}`)
    .join('');
}
