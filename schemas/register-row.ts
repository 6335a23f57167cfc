import { participantOfAgency } from './agencies.ts';
import { isCleanText, isObject } from './avro-check.ts';
import { offices, roles } from './directory.ts';
import { participantOf, participants, statuses } from './participants.ts';
import type { Collection, Entry } from './register.ts';
import { type RuleCode, violation } from './rule-codes.ts';
import { parseInstant } from './time.ts';
import { pointerOf, type Violation } from './violation.ts';

const personPattern = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;
const groupPattern = /^[A-Z][A-Z0-9_]{1,39}$/;
const maxNameLength = 300;
/** As far back as the events of a participant are looked at. */
const maxHabitHours = 90 * 24;

interface Field {
  readonly rule: RuleCode;
  readonly allowed?: readonly string[];
  holds(value: unknown, row: Readonly<Record<string, unknown>>): boolean;
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isName = (value: unknown): boolean =>
  isString(value) && value.trim() !== '' && value.length <= maxNameLength && isCleanText(value);
const oneOf = (allowed: readonly string[]): Field => ({
  rule: 'enum',
  allowed,
  holds: (value) => isString(value) && allowed.includes(value),
});

const instant: Field = {
  rule: 'time',
  holds: (value) => isString(value) && parseInstant(value) !== undefined,
};
const end: Field = { rule: 'time', holds: (value) => value === null || instant.holds(value, {}) };
const codes = participants.map(({ code }) => code);
/** Each has its lane in the contract: a new one comes with a release. */
const participant: Field = {
  rule: 'participant',
  allowed: codes,
  holds: (value) => isString(value) && participantOf(value) !== undefined,
};
const agency: Field = {
  rule: 'directory/agency-id',
  holds: (value) => isString(value) && participantOfAgency(value) !== undefined,
};
const term = { from: instant, to: end };

const fields: Readonly<Record<Collection, Readonly<Record<string, Field>>>> = {
  participants: { code: participant, status: oneOf(statuses), ...term },
  agencies: {
    id: {
      rule: 'directory/agency-id',
      holds: (value, row) =>
        isString(value) && row['participant'] === (participantOfAgency(value)?.code ?? null),
    },
    participant,
    name: {
      rule: 'directory/name',
      holds: (value) =>
        isObject(value) && Object.keys(value).length === 2 && isName(value['es']) && isName(value['en']),
    },
    ...term,
  },
  people: {
    agency,
    id: { rule: 'directory/person-id', holds: (value) => isString(value) && personPattern.test(value) },
    roles: {
      rule: 'enum',
      allowed: roles,
      holds: (value) =>
        Array.isArray(value) &&
        value.length > 0 &&
        new Set(value).size === value.length &&
        value.every((role) => (roles as readonly unknown[]).includes(role)),
    },
    ...term,
  },
  clearances: {
    agency,
    person: { rule: 'directory/person-id', holds: (value) => isString(value) && personPattern.test(value) },
    by: { rule: 'unknown-field', holds: (value) => Array.isArray(value) && value.every(isString) },
    ...term,
  },
  offices: { office: oneOf(offices), agency, ...term },
  sponsorships: { sponsor: agency, sponsored: agency, ...term },
  groups: {
    group: {
      rule: 'directory/group',
      holds: (value) => isString(value) && groupPattern.test(value) && !codes.includes(value),
    },
    status: oneOf(statuses),
    participant: { ...participant, holds: (value) => value === null || participant.holds(value, {}) },
    ...term,
  },
  outages: { participant, ...term },
  habits: {
    participant,
    hours: {
      rule: 'range',
      holds: (value) => typeof value === 'number' && value > 0 && value <= maxHabitHours,
    },
    ...term,
  },
};

export type ReadRow =
  | { readonly ok: true; readonly entry: Entry }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** A row of a collection from parsed JSON of any shape: every field there is, no other, each of its form. */
export function readRow(collection: Collection, input: unknown): ReadRow {
  if (!isObject(input)) return { ok: false, violations: [violation('type', '')] };
  const known = fields[collection];
  const violations = Object.keys(input)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => violation('unknown-field', pointerOf([name]), Object.keys(known)));
  for (const [name, { rule, allowed, holds }] of Object.entries(known)) {
    if (input[name] === undefined) violations.push(violation('required', `/${name}`, allowed));
    else if (!holds(input[name], input)) violations.push(violation(rule, `/${name}`, allowed));
  }
  if (violations.length > 0) return { ok: false, violations };
  // Every field was looked at above.
  return { ok: true, entry: { collection, row: input } as unknown as Entry };
}
