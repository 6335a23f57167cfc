import {
  canPublish,
  type Directory,
  type Kind,
  type KindName,
  lapsed,
  personalDataIn,
  subjectRules,
  type ThreadKind,
  threadRules,
  type ValidEvent,
  type Violation,
  validateEvent,
} from '@puebla/schemas';
import { fieldShape, languageField, type RecordShape } from '../core/shape.ts';
import { isRequired } from './form/asked.ts';
import { compact, type Data, editable } from './form/value.ts';

/** What somebody is writing. Its id is made once: however often it is sent, it is one event. */
export interface Draft {
  readonly id: string;
  readonly kind: KindName;
  /** CloudEvents `subject`. */
  readonly subject?: string | undefined;
  readonly data: Data;
  readonly handling: Handling;
}

export interface Handling {
  readonly tlp?: string | undefined;
  readonly audience: readonly string[];
  readonly ackby?: string | undefined;
  readonly usecode?: string | undefined;
  readonly danger?: string | undefined;
  /** Why what is doubtful may be said. */
  readonly confirmed?: string | undefined;
}

export interface Checked {
  /** What would be refused. */
  readonly wrong: readonly Violation[];
  /** What its author is asked about. */
  readonly doubts: readonly Violation[];
}

/** The CloudEvent that is sent. */
export function eventOf({ id, kind, subject, data, handling }: Draft): Record<string, unknown> {
  const { audience, ...marking } = handling;
  return {
    specversion: '1.0',
    id,
    type: kind,
    ...(compact({ subject }) as object | undefined),
    ...(compact(marking) as object | undefined),
    ...(audience.length > 0 && { audience: audience.join(',') }),
    data: compact(data) ?? {},
  };
}

/** Who publishes, and among whom. */
export interface Author {
  readonly agency: string;
  readonly directory: Directory;
}

/** As the gateway checks it; what may say who somebody is also while something else is wrong. */
export function check(draft: Draft, by: Author, now: number): Checked {
  const event = eventOf(draft);
  const checked = validateEvent(event, now);
  const broken = checked.ok ? permissionRules(checked.kind, checked.event, by, now) : checked.violations;
  const found = personalDataIn(draft.kind, event['data']).map(
    ({ pointer, certainty, finding, start, length }): Violation => {
      const rule = certainty === 'CERTAIN' ? 'content/personal-data' : 'content/doubtful';
      return { pointer, rule, message: '', finding, start, length };
    },
  );
  if (draft.subject !== undefined) found.push(...subjectRules(draft.subject));
  const [doubts, certain] = [found.filter(isDoubt), found.filter((one) => !isDoubt(one))];
  const others = broken.filter(({ rule, pointer }) => !isContent(rule) || !isSearched(pointer));
  return { wrong: [...others, ...lapsed(draft.handling, now), ...certain], doubts };
}

/** Whether this agency may publish it so marked, and of a thread that goes step by step begin it. */
function permissionRules(
  kind: Kind,
  event: ValidEvent,
  { agency, directory }: Author,
  now: number,
): readonly Violation[] {
  const active = directory.agencies.get(agency);
  const permission = active && canPublish(active, kind, event, directory);
  const denied = permission === undefined || permission.ok ? [] : permission.violations;
  if (kind.machine === undefined) return denied;
  const { id = '', tlp, audience, data } = event;
  const first = { agency, id, tlp, readers: audience, acceptedAt: now, data };
  return [...denied, ...threadRules(kind, [], first)];
}

const isContent = (rule: string): boolean => rule.startsWith('content/');
/** What is looked through by itself, and so found also while something else is wrong. */
const isSearched = (pointer: string): boolean => pointer === '/subject' || pointer.startsWith('/data/');
const isDoubt = ({ rule }: Violation): boolean => rule === 'content/doubtful';

/** A form that nothing was written into, with what can be proposed. @param language of the text that it begins with */
export function newDraft(kind: ThreadKind, shape: RecordShape, language: string): Draft {
  const has = (name: string): boolean => fieldShape(shape, name) !== undefined;
  const first = kind.machine?.transitions.find(({ from }) => from === null)?.to;
  return {
    id: crypto.randomUUID(),
    kind: kind.name,
    data: {
      ...firstItems(kind, shape, language),
      ...(first !== undefined && { state: first }),
      // Of no meaning, so that nothing can be learnt from it (step/case-handle).
      ...(has('caseHandle') && { caseHandle: crypto.randomUUID() }),
    },
    handling: { tlp: kind.tlp, audience: [] },
  };
}

/** One item of each list that may not be empty, to be filled in. */
function firstItems(kind: ThreadKind, shape: RecordShape, language: string): Data {
  const context = { tlp: kind.tlp, now: Date.now() };
  return Object.fromEntries(
    shape.fields.flatMap(({ name, shape: of }) => {
      if (of.is !== 'list' && of.is !== 'texts') return [];
      if (!isRequired({ kind, data: {}, path: [name], context })) return [];
      if (of.is === 'texts') return [[name, [{ [languageField]: language }]]];
      return [[name, [of.item.is === 'record' ? {} : '']]];
    }),
  );
}

/** An event as it stands in the exchange. */
export interface Standing {
  readonly source: string;
  readonly id: string;
  readonly type: string;
  readonly subject?: string;
  readonly tlp: string;
  readonly audience?: string;
  readonly usecode?: string;
  readonly data: Data;
}

/** A new version of an event, or its end: what stands, and what it refers to. Undefined where the kind has no versions. */
export function nextVersion(
  kind: ThreadKind,
  shape: RecordShape,
  event: Standing,
  ends: boolean,
): Draft | undefined {
  const data = {
    ...(editable(shape, event.data) as Data),
    references: [`/v1/events/${event.source}/${event.id}`],
    ...wordOf(shape, ends),
  };
  if (kind.machine !== undefined || kind.refersTo?.(data) === undefined) return undefined;
  const audience = (event.audience ?? '').split(',').map((name) => name.trim());
  return {
    id: crypto.randomUUID(),
    kind: kind.name,
    ...(event.subject !== undefined && { subject: event.subject }),
    data,
    handling: { tlp: event.tlp, audience: audience.filter((name) => name !== ''), usecode: event.usecode },
  };
}

/** The symbols by which kinds say that an event goes on with another, or ends it. */
const words = { messageType: ['UPDATE', 'CANCEL'], state: ['ANNOUNCED', 'CANCELLED'] } as const;

function wordOf(shape: RecordShape, ends: boolean): Data {
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, [goesOn, end]]) => {
      const field = fieldShape(shape, name);
      const symbol = ends ? end : goesOn;
      return field?.is === 'symbol' && field.symbols.includes(symbol) ? [[name, symbol]] : [];
    }),
  );
}
