import { idPattern } from './address.ts';
import {
  type Check,
  compileCheck,
  type Findings,
  isCleanText,
  isObject,
  maxViolations,
  soundPart,
} from './avro-check.ts';
import { kinds } from './catalogue.ts';
import { type Danger, dangers, type Tlp, tlpMarkings, tlpOf, useCodes } from './code-lists.ts';
import { contentRules, isDoubt, reasonRules, subjectRules } from './findings/content-rules.ts';
import type { Kind, KindName, RuleContext } from './kind.ts';
import { type RuleCode, violation } from './rule-codes.ts';
import { ackbyRules, lapsed } from './rules/ackby.ts';
import { parseInstant } from './time.ts';
import { pointerOf, type Violation } from './violation.ts';

/** A CloudEvent as it comes in: structured JSON. `source` is the agency, `type` the kind. */
export interface IncomingEvent {
  specversion: '1.0';
  id?: string;
  source?: string;
  type: string;
  time?: string;
  datacontenttype?: string;
  subject?: string;
  tlp?: string;
  audience?: string;
  usecode?: string;
  ackby?: string;
  /** A RED alert that goes out with one signature. */
  danger?: string;
  /** Why what is doubtful in its texts may be said: for the record alone, no reader is shown it. */
  confirmed?: string;
  traceparent?: string;
  tracestate?: string;
  data: unknown;
}

/** A CloudEvent that keeps the contract. What was left out is absent. */
export interface ValidEvent {
  readonly id?: string;
  readonly source?: string;
  readonly type: KindName;
  readonly time?: string;
  readonly subject?: string;
  /** Of an answer: the kind's own, in place of that of the event that it answers. */
  readonly tlp: Tlp;
  readonly audience?: string;
  readonly usecode?: string;
  readonly ackby?: string;
  readonly danger?: Danger;
  readonly confirmed?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly data: Record<string, unknown>;
  /** What of its texts may say who somebody is (`content/doubtful`), one at least. */
  readonly doubts?: readonly Violation[];
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

export type Validation =
  | { readonly ok: true; readonly kind: Kind; readonly event: ValidEvent }
  | { readonly ok: false; readonly violations: Violation[] };

interface Entry {
  readonly kind: Kind;
  readonly check: Check;
}

export const attributes: readonly (keyof IncomingEvent)[] = [
  'specversion',
  'id',
  'source',
  'type',
  'time',
  'datacontenttype',
  'subject',
  'tlp',
  'audience',
  'usecode',
  'ackby',
  'danger',
  'confirmed',
  'traceparent',
  'tracestate',
  'data',
];
const attributeSet: ReadonlySet<string> = new Set(attributes);

/** What an answer takes over from the event that it answers. */
const markings: readonly (keyof IncomingEvent)[] = ['tlp', 'audience', 'usecode', 'danger'];

const checked: ReadonlyMap<string, Entry> = new Map(
  kinds.map((kind) => [kind.name, { kind, check: compileCheck(kind.type) }]),
);
const kindNames = kinds.map((kind) => kind.name);

const required: readonly (keyof IncomingEvent)[] = ['specversion', 'type', 'tlp', 'data'];
const requiredOfAnswers = required.filter((name) => name !== 'tlp');
/** What would be taken, where that is a list. */
const allowed: Readonly<Partial<Record<keyof IncomingEvent, readonly string[]>>> = {
  specversion: ['1.0'],
  datacontenttype: ['application/json'],
  type: kindNames,
  tlp: tlpMarkings,
  usecode: useCodes,
  danger: dangers,
};

/** Far above what any of them holds in practice. */
const maxAttributeLength = 2_000;
const jsonMediaType = /^application\/json(?:[\t ]*;[\t\x20-\x7e]*)?$/i;
const traceparentPattern = /^[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

const isVersion = (value: string): boolean => value === '1.0';
const isId = (value: string): boolean => idPattern.test(value);
const isInstant = (value: string): boolean => parseInstant(value) !== undefined;
const isJsonMediaType = (value: string): boolean =>
  value === 'application/json' || (value.length <= maxAttributeLength && jsonMediaType.test(value));
const isMarking = (value: string): boolean => tlpOf(value) !== undefined;
const isUseCode = (value: string): boolean => useCodes.includes(value);
const dangerOf = (value: string): Danger | undefined => dangers.find((danger) => danger === value);
const isDanger = (value: string): boolean => dangerOf(value) !== undefined;
const isKind = (value: string): boolean => checked.has(value);

/**
 * Every violation at once: of the CloudEvents attributes, of the data against the kind's Avro schema (unknown fields too), and of the
 * kind's rules. Who publishes is not asked here: `canPublish`.
 *
 * @param input parsed JSON of any shape; it is not changed, and `event.data` is the same object.
 * @param now epoch milliseconds, for the rules that know what is too far ahead.
 * @param textIsClean the caller knows that no text holds what no text may hold: to look at each takes a fifth of the time.
 */
export function validateEvent(
  input: unknown,
  now: number = Date.now(),
  textIsClean: boolean = false,
): Validation {
  if (!isObject(input)) return { ok: false, violations: [violation('type', '')] };
  const violations: Violation[] = [];
  for (const name of Object.keys(input)) {
    if (attributeSet.has(name)) continue;
    violations.push(violation('unknown-field', pointerOf([name]), attributes));
    if (violations.length >= maxViolations)
      return { ok: false, violations: [...violations, violation('too-many', '')] };
  }
  const text = (name: keyof IncomingEvent): string | undefined => textOf(input, name, violations);
  /** A text that is one of few, or of a form that has no room for anything else. */
  const checkedText = (
    name: keyof IncomingEvent,
    holds: (value: string) => boolean,
    rule: RuleCode,
  ): string | undefined => {
    const sent = input[name];
    if (typeof sent === 'string' && holds(sent)) return sent;
    const value = text(name);
    if (value !== undefined) violations.push(violation(rule, `/${name}`, allowed[name]));
    return value;
  };

  checkedText('specversion', isVersion, 'enum');
  const id = checkedText('id', isId, 'id');
  const time = checkedText('time', isInstant, 'time');
  checkedText('datacontenttype', isJsonMediaType, 'enum');
  const marking = checkedText('tlp', isMarking, 'enum');
  const type = checkedText('type', isKind, 'kind');
  const entry = type === undefined ? undefined : checked.get(type);
  const isAnswer = entry?.kind.answer !== undefined;
  const tlp = isAnswer ? entry.kind.tlp : marking === undefined ? undefined : tlpOf(marking);
  const source = text('source');
  const subject = text('subject');
  if (subject !== undefined) violations.push(...subjectRules(subject));
  const audience = text('audience');
  const usecode = checkedText('usecode', isUseCode, 'enum');
  const ackby = checkedText('ackby', isInstant, 'time');
  if (ackby !== undefined) violations.push(...ackbyRules(ackby, { tlp, isAnswer, now }));
  const danger = dangerOf(checkedText('danger', isDanger, 'enum') ?? '');
  const confirmed = text('confirmed');
  if (confirmed !== undefined) violations.push(...reasonRules(confirmed));
  const traceparent = text('traceparent');
  const tracestate = text('tracestate');

  const isSent = (name: keyof IncomingEvent): boolean => input[name] !== undefined && input[name] !== null;
  for (const name of isAnswer ? requiredOfAnswers : required)
    if (!isSent(name)) violations.push(violation('required', `/${name}`, allowed[name]));
  if (isAnswer)
    for (const name of markings) if (isSent(name)) violations.push(violation('answer/marking', `/${name}`));
  const { data } = input;
  if (data !== undefined && data !== null) {
    if (entry !== undefined) violations.push(...checkData(entry, data, { tlp, audience, now }, textIsClean));
    else if (!isObject(data)) violations.push(violation('type', '/data'));
  }
  const broken = violations.filter((found) => !isDoubt(found));
  if (broken.length > 0 || entry === undefined || tlp === undefined || !isObject(data)) {
    // What is wrong was never kept: all of it is told at once.
    return { ok: false, violations: [...broken, ...(isAnswer ? [] : lapsed({ ackby }, now))] };
  }
  const event: Writable<ValidEvent> = { type: entry.kind.name, tlp, data };
  if (id !== undefined) event.id = id;
  if (source !== undefined) event.source = source;
  if (time !== undefined) event.time = time;
  if (subject !== undefined) event.subject = subject;
  if (audience !== undefined) event.audience = audience;
  if (usecode !== undefined) event.usecode = usecode;
  if (ackby !== undefined) event.ackby = ackby;
  if (danger !== undefined) event.danger = danger;
  if (confirmed !== undefined) event.confirmed = confirmed;
  // What is left are doubts.
  if (violations.length > 0) event.doubts = violations;
  // W3C Trace Context: a traceparent that is not well formed is ignored, and with it the tracestate.
  if (traceparent !== undefined && traceparentPattern.test(traceparent)) {
    event.traceparent = traceparent;
    if (tracestate !== undefined) event.tracestate = tracestate;
  }
  return { ok: true, kind: entry.kind, event };
}

/** What its author is asked about before it is published, and has not confirmed with a reason (rules.md, What may not be said). */
export function unconfirmed({ doubts, confirmed }: ValidEvent): readonly Violation[] {
  return confirmed === undefined ? (doubts ?? []) : [];
}

/** CloudEvents: an attribute that is null is one that is not there. */
function textOf(input: Record<string, unknown>, name: string, violations: Violation[]): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') violations.push(violation('type', `/${name}`));
  else if (value.length > maxAttributeLength) violations.push(violation('length', `/${name}`));
  else if (!isCleanText(value)) violations.push(violation('text', `/${name}`));
  else return value;
  return undefined;
}

/** The Avro type first; the rules then look at what of the data is sound, and say nothing more about what is not. */
function checkData(
  { kind, check }: Entry,
  data: unknown,
  context: RuleContext,
  textIsClean: boolean,
): Violation[] {
  const found: Findings = { textIsClean, violations: [], paths: [] };
  check(data, ['data'], found);
  if (found.violations.length === 0)
    return isObject(data) ? [...kind.rules(data, context), ...contentRules(kind.name, data)] : [];
  if (found.violations.length > maxViolations) return found.violations;
  const sound = soundPart({ data }, found.paths);
  const part = isObject(sound) ? sound['data'] : undefined;
  if (!isObject(part)) return found.violations;
  const wrong = found.paths.map(pointerOf);
  const broken = kind
    .rules(part, context)
    .filter(({ pointer }) => !wrong.some((known) => pointer === known || pointer.startsWith(`${known}/`)));
  return [...found.violations, ...broken];
}
