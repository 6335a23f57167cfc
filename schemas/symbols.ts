import { avroSchemas } from './generated.ts';

/** Stand-ins for symbols that are newer than a reader's schema: they are read, never sent. */
const neverSent: ReadonlySet<string> = new Set(['UNRECOGNIZED', 'und']);

/** What of an enum's symbols an event may hold. */
export function sendable(symbols: readonly string[]): readonly string[] {
  return symbols.filter((symbol) => !neverSent.has(symbol));
}

/**
 * The symbols that may be sent of an enum of the catalogue, by its name.
 * @throws Error where no kind has such an enum.
 */
export function symbolsOf(name: string): readonly string[] {
  const symbols = find(avroSchemas, name);
  if (symbols === undefined) throw new Error(`no enum ${name} in the catalogue`);
  return sendable(symbols);
}

function find(schema: unknown, name: string): readonly string[] | undefined {
  if (typeof schema !== 'object' || schema === null) return undefined;
  if ('name' in schema && schema.name === name && 'symbols' in schema && Array.isArray(schema.symbols))
    return schema.symbols;
  for (const part of Object.values(schema)) {
    const found = find(part, name);
    if (found !== undefined) return found;
  }
  return undefined;
}
