import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { agencyOf } from '@puebla/schemas';
import { exampleEvent } from '../exchange.ts';
import { ask } from './ask.ts';
import { NotHealed } from './faults.ts';
import type { EventKey, PublisherNote } from './history.ts';
import { createPace, cutAll, type Pace } from './pace.ts';

export interface Publisher {
  readonly notes: PublisherNote[];
  readonly pace: Pace;
  /** The events sent, without their repetitions. */
  sent(): number;
  cut(): void;
  /** Ends the flow, then publishes one event that is repeated until it is kept. @throws NotHealed after `boundMs` */
  finish(boundMs: number): Promise<EventKey>;
  close(): void;
}

export interface PublisherOptions {
  readonly url: string;
  readonly agency: string;
  readonly kind: string;
  readonly perSecond: number;
  readonly random: () => number;
  token(agency: string): Promise<string>;
}

const answerMs = 10_000;
const retryMs = 200;
const tokenMs = 10 * 60_000;
/** Of all events: never repeated, whatever the answer was. */
const onceOnly = 0.2;
/** Of the others: left alone after one more answer that says nothing for certain. */
const givenUp = 0.1;
/** Of all events: broken, to be refused. */
const broken = 0.02;
/** Nothing was kept, and the same event may be taken later. */
const passing = new Set([429, 503]);

type State = 'acknowledged' | 'refused' | 'passing' | 'open';

/** Publishes events of one agency one after the other, and writes down what it was told. */
export function startPublisher(options: PublisherOptions): Publisher {
  const { url, agency, kind, random } = options;
  const lane = `${kind}/${agencyOf(agency)?.participant}`;
  const connections = new Agent({ keepAlive: true });
  const notes: PublisherNote[] = [];
  const pace = createPace();
  let sent = 0;
  let isOver = false;
  let token = { value: '', until: 0 };

  const attempt = async (id: string, isBroken: boolean): Promise<State> => {
    if (token.until < performance.now())
      token = { value: await options.token(agency), until: performance.now() + tokenMs };
    const event = `${agency}/${id}`;
    const note = (rest: object): void => {
      notes.push({ at: performance.now(), event, ...rest } as PublisherNote);
    };
    const body = JSON.stringify(exampleEvent(kind, id, isBroken ? { language: 7, category: 7 } : {}));
    const headers = {
      'Content-Type': 'application/cloudevents+json',
      Authorization: `Bearer ${token.value}`,
    };
    note({ what: 'invoked', lane });
    try {
      const asked = { method: 'POST', headers, agent: connections, timeoutMs: answerMs };
      const answer = await ask(`${url}/v1/events`, asked, body);
      const said = JSON.parse(answer.body);
      if (answer.status === 201) {
        note({ what: 'acknowledged', receipt: said.receipt });
        pace.mark();
        return 'acknowledged';
      }
      if (said.outcome === 'unknown' || answer.status === 500) {
        note({ what: 'open', reason: String(answer.status) });
        return 'open';
      }
      note({ what: 'refused', status: answer.status });
      return passing.has(answer.status) ? 'passing' : 'refused';
    } catch (error) {
      note({ what: 'open', reason: Error.isError(error) ? error.message : String(error) });
      return 'open';
    }
  };
  const publish = async (id: string, isBroken: boolean, repeats: () => boolean): Promise<State> => {
    for (;;) {
      const state = await attempt(id, isBroken);
      if (state === 'acknowledged' || state === 'refused' || !repeats()) return state;
      await sleep(retryMs);
    }
  };
  const flow = (async () => {
    while (!isOver) {
      sent += 1;
      const isOnceOnly = random() < onceOnly;
      const state = await publish(
        `${kind}-${sent}`,
        random() < broken,
        () => !isOnceOnly && !isOver && random() >= givenUp,
      );
      await sleep(state === 'acknowledged' || state === 'refused' ? 1_000 / options.perSecond : retryMs);
    }
  })();

  return {
    notes,
    pace,
    sent: () => sent,
    cut: () => cutAll(connections),
    async finish(boundMs) {
      isOver = true;
      await flow;
      sent += 1;
      const until = performance.now() + boundMs;
      const last = `${kind}-last`;
      const state = await publish(last, false, () => performance.now() < until);
      if (state !== 'acknowledged') throw new NotHealed(`the last event of ${agency} is ${state}`);
      return `${agency}/${last}`;
    },
    close() {
      isOver = true;
      connections.destroy();
    },
  };
}
