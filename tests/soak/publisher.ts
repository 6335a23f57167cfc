import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleEvent } from '../exchange.ts';
import { NotHealed } from './faults.ts';
import type { EventKey, PublisherNote } from './history.ts';
import { type Names, randomMarking } from './marks.ts';
import { createPace, cutAll, type Pace } from './pace.ts';
import { createSender, laneOf, type Sent, type State } from './sender.ts';
import type { Mint } from './tokens.ts';

export interface Publisher {
  readonly notes: PublisherNote[];
  readonly pace: Pace;
  /** The events sent, without their repetitions. */
  sent(): number;
  cut(): void;
  /** Ends the flow, then publishes one event for everybody that is repeated until it is kept. @throws NotHealed after `boundMs` */
  finish(boundMs: number): Promise<EventKey>;
  /** Ends the flow. */
  stop(): Promise<void>;
  close(): void;
}

export interface PublisherOptions {
  readonly url: string;
  readonly agency: string;
  readonly kind: string;
  readonly perSecond: number;
  readonly names: Names;
  readonly random: () => number;
  readonly mint: Mint;
}

const retryMs = 200;
/** Of all events: never repeated, whatever the answer was. */
const onceOnly = 0.2;
/** Of the others: left alone after one more answer that says nothing for certain. */
const givenUp = 0.1;
/** Of all events: broken, to be refused. */
const broken = 0.02;

/** Publishes events of one agency one after the other, and writes down what it was told. */
export function startPublisher(options: PublisherOptions): Publisher {
  const { url, agency, kind, random, names, mint } = options;
  const lane = laneOf(kind, agency);
  const agent = new Agent({ keepAlive: true });
  const notes: PublisherNote[] = [];
  const pace = createPace();
  const send = createSender({ url, agency, mint, agent, notes, pace });
  let sent = 0;
  let isOver = false;

  const publish = async (one: Sent, repeats: () => boolean): Promise<State> => {
    for (;;) {
      const state = await send(one);
      if (state === 'acknowledged' || state === 'refused' || !repeats()) return state;
      await sleep(retryMs);
    }
  };
  const next = (): Sent => {
    const id = `${kind}-${sent}`;
    const isBroken = random() < broken;
    return {
      event: exampleEvent(kind, id, isBroken ? { language: 7, category: 7 } : {}),
      id,
      lane,
      marking: randomMarking(kind, random, names),
      broken: isBroken,
    };
  };
  const flow = (async () => {
    while (!isOver) {
      sent += 1;
      const isOnceOnly = random() < onceOnly;
      const state = await publish(next(), () => !isOnceOnly && !isOver && random() >= givenUp);
      await sleep(state === 'acknowledged' || state === 'refused' ? 1_000 / options.perSecond : retryMs);
    }
  })();
  const stop = async (): Promise<void> => {
    isOver = true;
    await flow;
  };

  return {
    notes,
    pace,
    sent: () => sent,
    cut: () => cutAll(agent),
    stop,
    async finish(boundMs) {
      await stop();
      sent += 1;
      const until = performance.now() + boundMs;
      const id = `${kind}-last`;
      const last = { event: exampleEvent(kind, id), id, lane, marking: { tlp: 'CLEAR' } };
      const state = await publish(last, () => performance.now() < until);
      if (state !== 'acknowledged') throw new NotHealed(`the last event of ${agency} is ${state}`);
      return `${agency}/${id}`;
    },
    close() {
      isOver = true;
      agent.destroy();
    },
  };
}
