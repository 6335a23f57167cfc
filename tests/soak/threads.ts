import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { heldByTurns } from './changes.ts';
import type { PublisherNote } from './history.ts';
import type { Library } from './library.ts';
import type { Names } from './marks.ts';
import { createPace, cutAll } from './pace.ts';
import { planOf } from './plans.ts';
import { seeded } from './random.ts';
import { createSender } from './sender.ts';
import { type Send, threadOf } from './thread.ts';
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
  readonly library: Pick<Library, 'look' | 'lookAtAsked' | 'noteTakenBack'>;
}

const atOnceEach = 2;
const betweenMs = 1_500;
const retryMs = 200;
/** After an answer that leaves it open an event is not sent again, and no version of its thread follows. */
const givenUp = 0.2;

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
      const isThere = await thread.begin(marking);
      for (const step of isThere ? steps : []) {
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

/** Sends events, each until it is known what became of it, or it is given up. */
function createSenders({ url, mint, owners, readers }: ThreadsOptions) {
  const agent = new Agent({ keepAlive: true });
  const pace = createPace();
  let isOver = false;
  const agencies = new Set([...owners.map(([agency]) => agency), ...readers, ...heldByTurns]);
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
