import { exampleEvent } from '../exchange.ts';
import type { EventKey, Marking, Sequel } from './history.ts';
import type { Library } from './library.ts';
import type { PlannedStep } from './plans.ts';
import { laneOf, type Sent, type State } from './sender.ts';

/** Sends an event of an agency until it is known what became of it, or it is given up. */
export type Send = (agency: string, sent: Sent, random: () => number) => Promise<State>;

export interface ThreadOptions {
  readonly owner: string;
  readonly kind: string;
  /** Of its first event. */
  readonly id: string;
  readonly random: () => number;
  readonly send: Send;
  /** Agencies that ask the library. */
  readonly readers: readonly string[];
  readonly library: Pick<Library, 'look' | 'lookAtAsked' | 'noteTakenBack'>;
}

/** One thread. */
export interface Thread {
  /** Whether it is there. */
  begin(marking: Marking): Promise<boolean>;
  /** Whether it goes on. */
  take(step: PlannedStep): Promise<boolean>;
}

/** Of what was taken back: gone on with all the same, to be refused. */
const goesOn = 0.3;
/** Of what is for some: to be acknowledged so soon that it is overdue now and then. */
const asks = 0.6;
const leastMs = 2_000;
const mostMs = 6_000;

export function threadOf(options: ThreadOptions): Thread {
  const { owner, kind, random, readers, library } = options;
  const events = createEvents(options);
  const somebody = (): string => readers[Math.floor(random() * readers.length)] ?? owner;
  const lookAtAll = async (...whos: readonly string[]): Promise<void> => {
    await Promise.all([...new Set(whos)].map((who) => library.look(who, events.there)));
  };
  const end = async (of: EventKey, by = owner): Promise<void> => {
    if ((await events.recall(by, of)) !== 'acknowledged') return;
    library.noteTakenBack({ as: owner, event: events.first });
    await lookAtAll(owner, somebody());
    if (random() >= goesOn) return;
    if (kind === 'alert') await events.version(of, { tlp: 'GREEN' });
    else await events.acknowledge(somebody(), of);
  };
  const goOn = async (of: EventKey, { marking, raced }: { marking: Marking; raced: boolean }) => {
    if (!raced) {
      if ((await events.version(of, marking)) === 'acknowledged') await lookAtAll(somebody());
      return true;
    }
    await Promise.all([events.version(of, marking), end(events.first)]);
    await lookAtAll(owner, somebody());
    return false;
  };
  const answer = async (of: EventKey, { by, takenBack }: { by: string; takenBack: boolean }) => {
    const key = await events.acknowledge(by, of);
    if (key === undefined) return;
    if (takenBack) await events.recall(by, key);
    await Promise.all([lookAtAll(owner, by, somebody()), library.lookAtAsked(of, events.dueOf(of))]);
  };
  return {
    begin: events.begin,
    async take(step) {
      const of = step.of === 'newest' ? events.newest() : events.first;
      if (step.what === 'recall') await end(of, step.by);
      else if (step.what === 'version') return events.isLeft() || goOn(of, step);
      else if (step.by !== owner) await answer(of, step);
      if (step.what !== 'recall') await library.lookAtAsked(events.first, events.dueOf(events.first));
      return step.what !== 'recall';
    },
  };
}

/** The events of one thread, as far as those who send them know it. */
function createEvents({ owner, kind, id, random, send }: ThreadOptions) {
  const first = `${owner}/${id}`;
  const toOwner: Marking = { tlp: 'AMBER_STRICT', audience: owner };
  const markings = new Map<EventKey, Marking>();
  const there: EventKey[] = [];
  let newest = first;
  let isLeft = false;
  let sent = 0;
  let dueAt: number | undefined;

  const post = async (by: string, event: object, marking: Marking, sequel?: Sequel) => {
    const own = sequel === undefined ? id : `${id}-${sequel.what}-${++sent}`;
    const key = `${by}/${own}`;
    const more = sequel === undefined ? (dueAt === undefined ? {} : { dueAt }) : { sequel };
    const lane = laneOf(kind, owner);
    const state = await send(by, { event: { ...event, id: own }, id: own, lane, marking, ...more }, random);
    if (state === 'acknowledged' && sequel?.what !== 'recall') {
      there.push(key);
      markings.set(key, marking);
    }
    return { key, state };
  };
  const answerTo = (type: string, of: EventKey, more: object): object => ({
    specversion: '1.0',
    type,
    data: { of: `/v1/events/${of}`, ...more },
  });
  return {
    first,
    /** What was acknowledged. */
    there,
    newest: () => newest,
    /** What became of a version is not known: none follows it. */
    isLeft: () => isLeft,
    /** By when it asks to be acknowledged: versions ask nobody. */
    dueOf: (of: EventKey) => (of === first ? dueAt : undefined),
    async begin(marking: Marking): Promise<boolean> {
      const mayAsk = marking.tlp === 'AMBER' || marking.tlp === 'AMBER_STRICT';
      if (mayAsk && random() < asks) dueAt = Math.round(performance.now() + leastMs + random() * mostMs);
      return (await post(owner, exampleEvent(kind, id), marking)).state === 'acknowledged';
    },
    async version(of: EventKey, marking: Marking): Promise<State> {
      const references = [`/v1/events/${of}`];
      const event = exampleEvent(kind, id, { messageType: 'UPDATE', references });
      const { key, state } = await post(owner, event, marking, { what: 'version', of, thread: first });
      if (state === 'acknowledged') newest = key;
      isLeft ||= state === 'open' || state === 'passing';
      return state;
    },
    /** Undefined where it was not taken. */
    async acknowledge(by: string, of: EventKey): Promise<EventKey | undefined> {
      const event = answerTo('acknowledgement', of, { answer: 'RECEIVED', observation: null });
      const { key, state } = await post(by, event, toOwner, { what: 'acknowledgement', of, thread: first });
      return state === 'acknowledged' ? key : undefined;
    },
    async recall(by: string, of: EventKey): Promise<State> {
      // The Secretariat takes back what holds personal data (rules.md, canPublish).
      const reason = of.startsWith(`${by}/`) ? 'INCORRECT' : 'PERSONAL_DATA';
      const event = answerTo('recall', of, { reason });
      const marking = markings.get(of) ?? toOwner;
      return (await post(by, event, marking, { what: 'recall', of, thread: first })).state;
    },
  };
}
