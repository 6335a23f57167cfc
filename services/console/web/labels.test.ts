import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  demonstrationRegister,
  kinds,
  offices,
  participants,
  regions,
  roles,
  tlpMarkings,
} from '@puebla/schemas';
import { expect, test } from 'vitest';

/** What a page says of the contract's symbols and fields: every language has a label for each, and for nothing else. */

const folder = join(import.meta.dirname, 'messages');
const languages = readdirSync(folder);
const textsOf = (language: string, file: string): Record<string, string> =>
  JSON.parse(readFileSync(join(folder, language, file), 'utf8'));

interface Named {
  readonly name: string;
  readonly fields?: readonly { readonly name: string }[];
  readonly symbols?: readonly string[];
}

/** Every record and enum of the catalogue. */
const named = kinds.flatMap(({ avro }) => namedIn(avro));
const fields = named.flatMap((type) => (type.fields ?? []).map((field) => `${type.name}.${field.name}`));
const symbols = named.flatMap((type) => (type.symbols ?? []).map((symbol) => `${type.name}.${symbol}`));

/** What the page shows that is in no enum, or stands in several: in which lists, and what of them. */
const lists: Readonly<Record<string, readonly string[]>> = {
  Kind: kinds.map(({ name }) => name),
  Category: kinds.flatMap(({ categories }) => categories),
  Tlp: tlpMarkings,
  UseCode: ['H0', 'H1', 'H2', 'H3'],
  Danger: ['LIFE'],
  Region: Object.keys(regions),
  Audience: demonstrationRegister.groups.map(({ group }) => group),
  Status: participants.map(({ status }) => status),
  Office: offices,
  Role: roles,
};
const listed = Object.entries(lists).flatMap(([list, of]) => of.map((symbol) => `${list}.${symbol}`));

test.each(languages)('%s: every symbol of an enum or of a list of the page has a label', (language) => {
  expect(Object.keys(textsOf(language, 'codes.json')).sort()).toEqual(
    [...new Set([...symbols, ...listed])].sort(),
  );
});

test.each(languages)('%s: every field of every kind has a label', (language) => {
  expect(Object.keys(textsOf(language, 'fields.json')).sort()).toEqual([...new Set(fields)].sort());
});

function namedIn(schema: unknown): Named[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const inside = Object.values(schema).flatMap(namedIn);
  return 'name' in schema && ('fields' in schema || 'symbols' in schema)
    ? [schema as Named, ...inside]
    : inside;
}
