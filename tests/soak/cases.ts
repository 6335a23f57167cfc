import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleEvent } from '../exchange.ts';
import type { EventKey, PublisherNote } from './history.ts';
import { createPace, cutAll } from './pace.ts';
import { createSender, laneOf } from './sender.ts';
import type { Mint } from './tokens.ts';

/** Referrals from one agency to another, one case after the other. */
export interface Cases {
  readonly from: string;
  readonly to: string;
  /** Of each agency its own, as it was told. */
  readonly notes: readonly (readonly PublisherNote[])[];
  /** The first event of each case. */
  readonly begun: readonly EventKey[];
  /** The last step that was acknowledged. */
  last(): EventKey | undefined;
  cut(): void;
  stop(): Promise<void>;
  close(): void;
}

const retryMs = 200;
/** After an answer that leaves it open a step is not sent again, and its case is left. */
const givenUp = 0.2;
const declined = 0.1;
/** Both sides close the case at once. */
const raced = 0.5;
const longestPauseMs = 800;
const betweenMs = 3_000;

export interface CasesOptions {
  readonly url: string;
  /** Agencies. */
  readonly from: string;
  readonly to: string;
  readonly random: () => number;
  readonly mint: Mint;
}

export function startCases(options: CasesOptions): Cases {
  const { from, to, random } = options;
  const steps = createSteps(options);
  const begun: EventKey[] = [];
  let isOver = false;

  const pause = (): Promise<void> => sleep(random() * longestPauseMs);
  const oneCase = async (number: number): Promise<void> => {
    const data = { caseHandle: randomUUID() };
    const step = (agency: string, state: string, follows: EventKey | undefined, more: object = {}) =>
      steps.take({ number, agency, state, follows, data: { ...data, ...more } }, () => isOver);
    const referred = await step(from, 'REFERRED', undefined);
    if (referred === undefined) return;
    begun.push(referred);
    await pause();
    if (random() < declined) {
      await step(to, 'DECLINED', referred, { reason: 'NO_CAPACITY' });
      return;
    }
    const accepted = await step(to, 'ACCEPTED', referred);
    if (accepted === undefined) return;
    await pause();
    const closers = random() < raced ? [from, to] : [random() < 0.5 ? from : to];
    await Promise.all(closers.map((agency) => step(agency, 'CLOSED', accepted, { outcome: 'ASSISTED' })));
  };
  const flow = (async () => {
    for (let number = 1; !isOver; number += 1) {
      await oneCase(number);
      await sleep(random() * betweenMs);
    }
  })();

  return {
    from,
    to,
    notes: steps.notes,
    begun,
    last: steps.last,
    cut: () => cutAll(steps.agent),
    async stop() {
      isOver = true;
      await flow;
    },
    close() {
      isOver = true;
      steps.agent.destroy();
    },
  };
}

interface Step {
  readonly number: number;
  readonly agency: string;
  readonly state: string;
  readonly follows: EventKey | undefined;
  readonly data: object;
}

/** Sends steps, each until it is known what became of it, or it is given up. */
function createSteps({ url, from, to, random, mint }: CasesOptions) {
  const agent = new Agent({ keepAlive: true });
  const pace = createPace();
  const lane = laneOf('referral', from);
  const marking = { tlp: 'AMBER_STRICT', audience: `${from},${to}` };
  const sides = [from, to].map((agency) => {
    const notes: PublisherNote[] = [];
    return { agency, notes, send: createSender({ url, agency, mint, agent, notes, pace }) };
  });
  let last: EventKey | undefined;

  /** The step's key when it counts. */
  const take = async (step: Step, isOver: () => boolean): Promise<EventKey | undefined> => {
    const { number, agency, state, follows, data } = step;
    const id = `${from}-${to}-${number}-${state}`;
    const address = follows === undefined ? null : `/v1/events/${follows}`;
    const event = exampleEvent('referral', id, {
      from,
      to,
      state,
      follows: address,
      answerBy: null,
      ...data,
    });
    const sent = { event, id, lane, marking, ...(follows === undefined ? {} : { follows }) };
    const side = sides.find((one) => one.agency === agency);
    for (;;) {
      const told = (await side?.send(sent)) ?? 'refused';
      const key = `${agency}/${id}`;
      if (told === 'acknowledged' || told === 'void') last = key;
      if (told === 'acknowledged') return key;
      if (told === 'void' || told === 'refused' || isOver() || random() < givenUp) return undefined;
      await sleep(retryMs);
    }
  };
  return { agent, notes: sides.map(({ notes }) => notes), take, last: () => last };
}
