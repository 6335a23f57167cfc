import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleEvent } from '../exchange.ts';
import type { EventKey, Marking, PublisherNote, Sequel } from './history.ts';
import type { Library } from './library.ts';
import type { Names } from './marks.ts';
import { createPace, cutAll } from './pace.ts';
import { type PlannedStep, planOf } from './plans.ts';
import { seeded } from './random.ts';
import { createSender, laneOf, type Sent, type State } from './sender.ts';
import type { Mint } from './tokens.ts';

/** Threads that go on: versions, acknowledgements and recalls, several threads at once. */
export interface Threads {
  /** Of each agency its own, as it was told. */
  readonly notes: readonly (readonly PublisherNote[])[];
  begun(): number;
  cut(): void;
  /** Ends them where they are. */
  stop(): Promise<void>;
  close(): void;
}

export interface ThreadsOptions {
  readonly url: string;
  readonly mint: Mint;
  readonly seed: number;
  readonly names: Names;
  /** Agencies, each with the kind that it publishes. */
  readonly owners: readonly (readonly [agency: string, kind: string])[];
  /** Who answers, and asks the library. */
  readonly readers: readonly string[];
  readonly library: Pick<Library, 'look'>;
}

const atOnceEach = 2;
const betweenMs = 1_500;
const retryMs = 200;
/** After an answer that leaves it open an event is not sent again, and no version of its thread follows. */
const givenUp = 0.2;
/** Of what was taken back: gone on with all the same, to be refused. */
const goesOn = 0.3;

export function startThreads(options: ThreadsOptions): Threads {
  const { seed, owners, names, readers } = options;
  const senders = createSenders(options);
  let begun = 0;
  let isOver = false;
  const flow = async ([owner, kind]: readonly [string, string], place: number): Promise<void> => {
    const random = seeded(seed + place);
    for (let number = 1; !isOver; number += 1) {
      const { marking, steps } = planOf({ seed, place, number, kind, names, readers });
      const thread = threadOf({
        ...options,
        owner,
        kind,
        id: `${kind}-${place}-${number}`,
        random,
        ...senders,
      });
      begun += 1;
      if (!(await thread.begin(marking))) continue;
      for (const step of steps) {
        await sleep(step.afterMs);
        if (isOver || !(await thread.take(step))) break;
      }
      await sleep(random() * betweenMs);
    }
  };
  const places = Array.from({ length: owners.length * atOnceEach }, (_, place) => place);
  const flows = places.flatMap((place) => {
    const owner = owners[place % owners.length];
    return owner === undefined ? [] : [flow(owner, place)];
  });
  return {
    notes: senders.notes,
    begun: () => begun,
    cut: () => cutAll(senders.agent),
    async stop() {
      isOver = true;
      senders.giveUp();
      await Promise.all(flows);
    },
    close() {
      isOver = true;
      senders.giveUp();
      senders.agent.destroy();
    },
  };
}

type Send = (agency: string, sent: Sent, random: () => number) => Promise<State>;

/** Sends events, each until it is known what became of it, or it is given up. */
function createSenders({ url, mint, owners, readers }: ThreadsOptions) {
  const agent = new Agent({ keepAlive: true });
  const pace = createPace();
  let isOver = false;
  const agencies = new Set([...owners.map(([agency]) => agency), ...readers]);
  const all = [...agencies].map((agency) => {
    const notes: PublisherNote[] = [];
    return { agency, notes, send: createSender({ url, agency, mint, agent, notes, pace }) };
  });
  const send: Send = async (agency, sent, random) => {
    const sender = all.find((one) => one.agency === agency);
    for (;;) {
      const state = (await sender?.send(sent)) ?? 'refused';
      if (state === 'acknowledged' || state === 'refused' || isOver) return state;
      if (state === 'open' && random() < givenUp) return state;
      await sleep(retryMs);
    }
  };
  const giveUp = (): void => {
    isOver = true;
  };
  return { agent, notes: all.map(({ notes }) => notes), send, giveUp };
}

interface ThreadOptions extends Pick<ThreadsOptions, 'readers' | 'library'> {
  readonly owner: string;
  readonly kind: string;
  readonly id: string;
  readonly random: () => number;
  readonly send: Send;
}

/** One thread, as far as its owner knows it. */
function threadOf({ owner, kind, id, random, send, readers, library }: ThreadOptions) {
  const lane = laneOf(kind, owner);
  const first = `${owner}/${id}`;
  const there: EventKey[] = [];
  const markings = new Map<EventKey, Marking>();
  let newest = first;
  /** What became of a version is not known: none follows it. */
  let isLeft = false;
  let sent = 0;

  const somebody = (): string => readers[Math.floor(random() * readers.length)] ?? owner;
  const post = async (by: string, event: object, marking: Marking, sequel?: Sequel): Promise<State> => {
    const own = sequel === undefined ? id : `${id}-${sequel.what}-${++sent}`;
    const more = sequel === undefined ? {} : { sequel };
    return send(by, { event: { ...event, id: own }, id: own, lane, marking, ...more }, random);
  };
  const keyOf = (by: string, what: Sequel['what']): EventKey => `${by}/${id}-${what}-${sent}`;
  const answer = (type: string, of: EventKey, more: object): object => ({
    specversion: '1.0',
    type,
    data: { of: `/v1/events/${of}`, ...more },
  });
  const version = async (of: EventKey, marking: Marking): Promise<State> => {
    const references = [`/v1/events/${of}`];
    const event = exampleEvent(kind, id, { messageType: 'UPDATE', references });
    const posting = post(owner, event, marking, { what: 'version', of, thread: first });
    const key = keyOf(owner, 'version');
    const state = await posting;
    if (state === 'acknowledged') {
      newest = key;
      markings.set(key, marking);
      there.push(key);
    }
    isLeft ||= state === 'open' || state === 'passing';
    return state;
  };
  const acknowledge = async (by: string, of: EventKey): Promise<EventKey | undefined> => {
    const event = answer('acknowledgement', of, { answer: 'RECEIVED', observation: null });
    const posting = post(by, event, toOwner, { what: 'acknowledgement', of, thread: first });
    const key = keyOf(by, 'acknowledgement');
    if ((await posting) !== 'acknowledged') return undefined;
    there.push(key);
    return key;
  };
  const recall = (by: string, of: EventKey): Promise<State> =>
    post(by, answer('recall', of, { reason: 'INCORRECT' }), markings.get(of) ?? toOwner, {
      what: 'recall',
      of,
      thread: first,
    });
  const toOwner: Marking = { tlp: 'AMBER_STRICT', audience: owner };
  const lookAtAll = async (...whos: readonly string[]): Promise<void> => {
    await Promise.all([...new Set(whos)].map((who) => library.look(who, there)));
  };
  const end = async (of: EventKey): Promise<void> => {
    if ((await recall(owner, of)) !== 'acknowledged') return;
    await lookAtAll(owner, somebody());
    if (random() >= goesOn) return;
    if (kind === 'alert') await version(of, markings.get(first) ?? toOwner);
    else await acknowledge(somebody(), of);
  };

  return {
    /** Whether it is there. */
    async begin(marking: Marking): Promise<boolean> {
      markings.set(first, marking);
      const state = await post(owner, exampleEvent(kind, id), marking);
      there.push(first);
      return state === 'acknowledged';
    },
    /** Whether it goes on. */
    async take(step: PlannedStep): Promise<boolean> {
      const of = step.of === 'newest' ? newest : first;
      if (step.what === 'recall') {
        await end(of);
        return false;
      }
      if (step.what === 'version') {
        if (isLeft) return true;
        if (step.raced) {
          await Promise.all([version(of, step.marking), end(first)]);
          await lookAtAll(owner, somebody());
          return false;
        }
        if ((await version(of, step.marking)) === 'acknowledged') await lookAtAll(somebody());
        return true;
      }
      if (step.by === owner) return true;
      const key = await acknowledge(step.by, of);
      if (key === undefined) return true;
      if (step.takenBack) await recall(step.by, key);
      await lookAtAll(owner, step.by, somebody());
      return true;
    },
  };
}
