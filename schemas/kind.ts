import type avsc from 'avsc';
import type { Agency } from './agencies.ts';
import type { Tlp } from './code-lists.ts';
import type { Directory, Office } from './directory.ts';
import type { EventHead } from './event-head.ts';
import type { Facets } from './facets.ts';
import type { avroSchemas } from './generated.ts';
import type { HandledEvent } from './handling.ts';
import type { Status } from './participants.ts';
import type { Machine } from './steps/machine.ts';
import type { Violation } from './violation.ts';

/** The kinds of events, by the names of their folders. */
export type KindName = keyof typeof avroSchemas;

/** What a kind's rules know beside the data. */
export interface RuleContext {
  /** Undefined where the event has no valid marking. */
  readonly tlp: Tlp | undefined;
  /** As sent: names with commas between. */
  readonly audience?: string | undefined;
  /** Epoch milliseconds: the rules read no clock. */
  readonly now: number;
}

/** An event that another one names. */
export interface Reference {
  /** Where it is named. */
  readonly pointer: string;
  /** As it is named, of the form of an address or not. */
  readonly address: string;
}

/** What those of one status may publish of a kind. */
export interface Publishing {
  readonly tlp: readonly Tlp[];
  /** Only when a member's agency sponsors them, whose releaser signs. */
  readonly sponsored?: true;
  /** What is asked of them beside. */
  readonly condition?: (agency: Agency, data: Record<string, unknown>) => Violation[];
}

/** An event that is answered. */
export type Answered = HandledEvent & Pick<EventHead, 'id' | 'kind' | 'thread'>;

/** Of a kind that answers an event: it goes to that event's lane, and is marked by it (rules.md, canPublish). */
export interface Answer {
  /** What is asked of who answers, beside that he may read what he answers. Codes of the kind. */
  rules(agency: Agency, to: Answered, data: Record<string, unknown>, directory: Directory): Violation[];
  /** What is stamped on it. */
  handling(to: Answered): Pick<EventHead, 'tlp' | 'readers' | 'sponsor' | 'office' | 'recalls'>;
}

/** What differs from kind to kind and Avro cannot say; `kinds/<kind>/rules.ts` holds it. */
export interface KindRules {
  readonly title: { readonly es: string; readonly en: string };
  /** Who may publish it, by status (rules.md, canPublish). */
  readonly publishers: Partial<Readonly<Record<Status, Publishing>>>;
  /** Whoever holds one of these offices publishes it, and nobody else: it belongs to the office. */
  readonly offices?: { readonly of: readonly Office[]; readonly tlp: readonly Tlp[] };
  /** The marking that a form proposes. */
  readonly tlp: Tlp;
  /** The field of the data, an enum, that says what an event is about: the filter's `category`. Null: it has none. */
  readonly category: string | null;
  /** Data is of the Avro type, or a part of it: wrong members are left out, and wrong items of lists undefined. Pointers from `/data`, or of what the context holds. */
  rules(data: Record<string, unknown>, context: RuleContext): Violation[];
  facets(data: Record<string, unknown>): Facets;
  /** In danger to life it goes out RED with one signature, and is reviewed afterwards. */
  readonly inDanger?: true;
  /** Whether it is about possible or presumed victims: what is doubtful in it is confirmed by a second person too. */
  ofVictims?(data: Record<string, unknown>): boolean;
  /** The event whose thread this one goes on with; undefined for one that begins a thread. */
  refersTo?(data: Record<string, unknown>): Reference | undefined;
  /** Of a kind that goes step by step: who may take which. A thread of any other kind is gone on with by its owner alone. */
  readonly machine?: Machine;
  readonly answer?: Answer;
}

/** An entry of the catalogue. */
export interface Kind extends KindRules {
  readonly name: KindName;
  /** Registry subject, `<topic>-<full record name>` (the registries' TopicRecordNameStrategy). */
  readonly subject: string;
  /** The parsed `.avsc`, as it is registered. */
  readonly avro: object;
  /** Compiled; its values are the JSON that travels (`avro-type.ts`). */
  readonly type: avsc.Type;
  /** What may be sent in the field of its category. */
  readonly categories: readonly string[];
  /** A whole CloudEvent, ready to POST. */
  readonly example: object;
}

/** A kind that begins threads: it has a topic, which holds the answers too. */
export interface ThreadKind extends Kind {
  /** `puebla.<kind>`; partitions are the participants' lanes. */
  readonly topic: string;
  readonly deadTopic: string;
}

export function isThreadKind(kind: Kind): kind is ThreadKind {
  return kind.answer === undefined;
}
