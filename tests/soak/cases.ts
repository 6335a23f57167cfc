import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleEvent } from '../exchange.ts';
import { heldByTurns } from './changes.ts';
import type { EventKey, PublisherNote } from './history.ts';
import type { Library } from './library.ts';
import { createPace, cutAll } from './pace.ts';
import { createSender, laneOf, type Sent, type State } from './sender.ts';
import type { Mint } from './tokens.ts';

/** Referrals from one agency to another, one case after the other. */
export interface Cases {
  readonly from: string;
  readonly to: string;
  /** Of each agency its own, as it was told. */
  readonly notes: readonly (readonly PublisherNote[])[];
  /** The first event of each case. */
  readonly begun: readonly EventKey[];
  /** Once they are stopped: behind all others, and not taken back. */
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
const takenBack = 0.35;
const bySecretariat = 0.3;
/** While it is closed. */
const takenBackAtOnce = 0.5;
/** Of what was taken back: a step all the same, to be refused. */
const goesOn = 0.5;
const longestPauseMs = 800;
const betweenMs = 3_000;

export interface CasesOptions {
  readonly url: string;
  /** Agencies. */
  readonly from: string;
  readonly to: string;
  readonly random: () => number;
  readonly mint: Mint;
  readonly library: Pick<Library, 'look'>;
}

export function startCases(options: CasesOptions): Cases {
  const { from, to, random, library } = options;
  const steps = createSteps(options);
  const begun: EventKey[] = [];
  let isOver = false;
  let last: EventKey | undefined;

  const takeBack = async (number: number, first: EventKey, accepted: EventKey): Promise<void> => {
    const by = random() < bySecretariat ? (heldByTurns[number % heldByTurns.length] ?? from) : from;
    if (!(await steps.recall(by, number, first, () => isOver))) return;
    await Promise.all([from, to].map((agency) => library.look(agency, [first, accepted])));
    if (random() >= goesOn) return;
    const data = { caseHandle: randomUUID(), outcome: 'ASSISTED' };
    await steps.take(
      { number, agency: to, state: 'CLOSED', follows: accepted, data, again: 1 },
      () => isOver,
    );
  };
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
    const close = () => closers.map((agency) => step(agency, 'CLOSED', accepted, { outcome: 'ASSISTED' }));
    if (random() >= takenBack) await Promise.all(close());
    else if (random() < takenBackAtOnce)
      await Promise.all([...close(), takeBack(number, referred, accepted)]);
    else {
      if (random() < raced) await Promise.all(close());
      await takeBack(number, referred, accepted);
    }
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
    last: () => last,
    cut: () => cutAll(steps.agent),
    async stop() {
      isOver = true;
      await flow;
      const data = { caseHandle: randomUUID() };
      const end = { number: 0, agency: from, state: 'REFERRED', follows: undefined, data };
      last = await steps.take(end, () => false);
      if (last !== undefined) begun.push(last);
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
  /** Of the same kind in this case, before it. */
  readonly again?: number;
}

/** Sends steps, each until it is known what became of it, or it is given up. */
function createSteps({ url, from, to, random, mint }: CasesOptions) {
  const agent = new Agent({ keepAlive: true });
  const pace = createPace();
  const lane = laneOf('referral', from);
  const marking = { tlp: 'AMBER_STRICT', audience: `${from},${to}` };
  const sides = [...new Set([from, to, ...heldByTurns])].map((agency) => {
    const notes: PublisherNote[] = [];
    return { agency, notes, send: createSender({ url, agency, mint, agent, notes, pace }) };
  });
  /** Sent until it is known what became of it, or it is given up. */
  const settle = async (agency: string, sent: Sent, isOver: () => boolean): Promise<State> => {
    const side = sides.find((one) => one.agency === agency);
    for (;;) {
      const told = (await side?.send(sent)) ?? 'refused';
      if (['acknowledged', 'void', 'refused'].includes(told) || isOver() || random() < givenUp) return told;
      await sleep(retryMs);
    }
  };
  /** The step's key when it counts. */
  const take = async (step: Step, isOver: () => boolean): Promise<EventKey | undefined> => {
    const { number, agency, state, follows, data, again } = step;
    const id = [from, to, number, state, ...(again === undefined ? [] : [again])].join('-');
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
    const told = await settle(agency, sent, isOver);
    return told === 'acknowledged' ? `${agency}/${id}` : undefined;
  };
  /** Takes all of a case back; whether it is known to be so. */
  const recall = async (
    by: string,
    number: number,
    of: EventKey,
    isOver: () => boolean,
  ): Promise<boolean> => {
    const id = `${from}-${to}-${number}-recall`;
    const reason = by === from ? 'INCORRECT' : 'PERSONAL_DATA';
    const event = { specversion: '1.0', id, type: 'recall', data: { of: `/v1/events/${of}`, reason } };
    const sequel = { what: 'recall', of, thread: of } as const;
    return (await settle(by, { event, id, lane, marking, sequel }, isOver)) === 'acknowledged';
  };
  return { agent, notes: sides.map(({ notes }) => notes), take, recall };
}
