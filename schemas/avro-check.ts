import avsc from 'avsc';
import { type RuleCode, violation } from './rule-codes.ts';
import { sendable } from './symbols.ts';
import { parseDay, parseInstant } from './time.ts';
import { pointerOf, type Violation } from './violation.ts';

/**
 * Says everything that is wrong with a JSON value against an Avro type, not only the first thing, and is stricter than avsc's own
 * `isValid`, which takes an array for a record whose fields all have defaults, and `constructor` for a declared field.
 */
export type Path = (string | number)[];

/** Violations found so far, with their paths. */
export interface Findings {
  /** Every text is known to be clean (`isCleanText`). */
  readonly textIsClean?: boolean;
  readonly violations: Violation[];
  readonly paths: Path[];
}

export type Check = (value: unknown, at: Path, found: Findings) => void;

/** An answer is bounded whatever was sent: a body of unknown fields alone could ask for megabytes. */
export const maxViolations = 100;

/** Bounds on what readers, databases and browsers are asked to bear; far above what an agency writes. */
const maxTextLength = 100_000;
const maxItems = 5_000;

/** Control characters other than tab and line ends, and what XML 1.0 cannot carry: no way out could show them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for.
const forbiddenCharacters = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !forbiddenCharacters.test(text);
}

function add(found: Findings, at: Path, rule: RuleCode, allowed?: readonly string[]): void {
  if (found.violations.length > maxViolations) return;
  if (found.violations.length === maxViolations) {
    found.violations.push(violation('too-many', ''));
    return;
  }
  found.violations.push(violation(rule, pointerOf(at), allowed));
  found.paths.push([...at]);
}

/** Compiles the check of an Avro type. */
export function compileCheck(type: avsc.Type): Check {
  if (type instanceof avsc.types.RecordType) return checkRecord(type);
  if (type instanceof avsc.types.ArrayType) return checkArray(type);
  if (type instanceof avsc.types.EnumType) return checkEnum(type);
  if (type instanceof avsc.types.UnwrappedUnionType) return checkOptional(type);
  return checkScalar(type.typeName);
}

function checkRecord(type: avsc.types.RecordType): Check {
  const names = type.fields.map((field) => field.name);
  const checks = new Map(type.fields.map((field) => [field.name, compileCheck(field.type)]));
  return (value, at, found) => {
    if (!isObject(value)) {
      add(found, at, 'type');
      return;
    }
    for (const name of Object.keys(value)) {
      const check = checks.get(name);
      at.push(name);
      if (check === undefined) add(found, at, 'unknown-field', names);
      else if (value[name] !== undefined) check(value[name], at, found);
      at.pop();
    }
  };
}

function checkArray(type: avsc.types.ArrayType): Check {
  const check = compileCheck(type.itemsType);
  return (value, at, found) => {
    if (!Array.isArray(value)) {
      add(found, at, 'type');
      return;
    }
    if (value.length > maxItems) {
      add(found, at, 'length');
      return;
    }
    for (let i = 0; i < value.length && found.violations.length <= maxViolations; i++) {
      at.push(i);
      check(value[i], at, found);
      at.pop();
    }
  };
}

function checkEnum(type: avsc.types.EnumType): Check {
  const allowed = sendable(type.symbols);
  const symbols = new Set<unknown>(allowed);
  return (value, at, found) => {
    if (!symbols.has(value)) add(found, at, typeof value === 'string' ? 'enum' : 'type', allowed);
  };
}

/** The contract's unions are null and one type (a test holds the schemas to it). */
function checkOptional(type: avsc.types.UnwrappedUnionType): Check {
  const branch = type.types.find((candidate) => candidate.typeName !== 'null');
  if (branch === undefined || type.types.length !== 2) throw new Error('a union is null and one type');
  const check = compileCheck(branch);
  return (value, at, found) => {
    if (value !== null) check(value, at, found);
  };
}

function checkScalar(typeName: string): Check {
  const wrong = scalars[typeName];
  if (wrong === undefined) throw new Error(`no check for Avro ${typeName}`);
  return (value, at, found) => {
    const rule = wrong(value, found.textIsClean === true);
    if (rule !== undefined) add(found, at, rule);
  };
}

const scalars: Readonly<Record<string, (value: unknown, textIsClean: boolean) => RuleCode | undefined>> = {
  string: (value, textIsClean) => {
    if (typeof value !== 'string') return 'type';
    if (value.length > maxTextLength) return 'length';
    return textIsClean || isCleanText(value) ? undefined : 'text';
  },
  int: (value) => {
    if (typeof value !== 'number' || !Number.isInteger(value)) return 'type';
    return value === (value | 0) ? undefined : 'range';
  },
  double: (value) => {
    if (typeof value !== 'number') return 'type';
    return Number.isFinite(value) ? undefined : 'range';
  },
  'logical:date': (value) => {
    if (typeof value !== 'string') return 'type';
    return parseDay(value) === undefined ? 'date' : undefined;
  },
  'logical:timestamp-millis': (value) => {
    if (typeof value !== 'string') return 'type';
    return parseInstant(value) === undefined ? 'time' : undefined;
  },
};

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A copy without what was found wrong (the places of wrong items stay, empty), so that the rules can look at the rest. Only the holders
 * on the way are copied: what hangs below a wrong field is of any depth.
 */
export function soundPart(value: unknown, paths: readonly Path[]): unknown {
  const root = { value };
  const copied = new Set<unknown>([root]);
  for (const path of paths) {
    let holder: Holder = root;
    let token: string | number = 'value';
    for (const next of path) {
      const held: unknown = holder[token];
      if (!isHolder(held)) break;
      const own: Holder = copied.has(held) ? held : copyOf(held);
      copied.add(own);
      holder[token] = own;
      holder = own;
      token = next;
    }
    holder[token] = undefined;
  }
  return root.value;
}

type Holder = Record<string | number, unknown>;

function isHolder(value: unknown): value is Holder {
  return typeof value === 'object' && value !== null;
}

function copyOf(holder: Holder): Holder {
  // A list is a holder too; its copy stays a list.
  return Array.isArray(holder) ? ([...holder] as unknown as Holder) : { ...holder };
}
