import { expect, test } from 'vitest';
import { avroSchemas } from './generated.ts';

/** Kinds that speak of single cases, in which a victim may be. */
const ofCases = ['repatriation', 'referral'] as const;

const charges = /charge|offen[cs]e|crim|felony|misdemeano|convict|prosecut|illegal|irregular|delit|infrac/i;

/** Names of fields and symbols of enums. */
function* wordsOf(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  if ('name' in schema && typeof schema.name === 'string') yield schema.name;
  if ('symbols' in schema && Array.isArray(schema.symbols)) yield* schema.symbols.map(String);
  for (const part of Object.values(schema)) yield* wordsOf(part);
}

/** Texts without a list or a form: what anybody could write anything into. */
const openTexts: Readonly<Record<(typeof ofCases)[number], readonly string[]>> = {
  repatriation: ['channel', 'office'],
  referral: ['channel'],
};
const checkedTexts: ReadonlySet<string> = new Set([
  'follows',
  'participant',
  'agencies',
  'organization',
  'caseHandle',
  'agreement',
  'point',
  'from',
  'to',
]);

function* textsOf(schema: unknown): Generator<string> {
  if (typeof schema !== 'object' || schema === null) return;
  if ('name' in schema && 'type' in schema && /"string"/.test(JSON.stringify(schema.type))) {
    const isOwn = !/"fields"/.test(JSON.stringify(schema.type));
    if (isOwn && typeof schema.name === 'string') yield schema.name;
  }
  for (const part of Object.values(schema)) yield* textsOf(part);
}

test.each(ofCases)(
  '%s: no field and no symbol is a charge or an offence (rules.md, What may not be said)',
  (kind) => {
    const words = [...wordsOf(avroSchemas[kind])];
    expect(words.length).toBeGreaterThan(20);
    expect(words.filter((word) => charges.test(word))).toEqual([]);
  },
);

test('a charge would be found: statistics have some, of suspects', () => {
  expect([...wordsOf(avroSchemas.statistic)].filter((word) => charges.test(word))).toEqual([
    'PERSONS_PROSECUTED',
    'PERSONS_CONVICTED',
    'OFFENCES',
  ]);
});

test.each(ofCases)('%s: the only open texts name a channel and an office', (kind) => {
  const texts = [...textsOf(avroSchemas[kind])].filter((name) => !checkedTexts.has(name));
  expect(texts).toEqual(openTexts[kind]);
});
