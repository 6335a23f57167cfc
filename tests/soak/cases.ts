import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleEvent } from '../exchange.ts';
import type { EventKey, PublisherNote } from './history.ts';
import { createPace, cutAll, type Pace } from './pace.ts';
import { createSender, laneOf, type State } from './sender.ts';
import type { Mint } from './tokens.ts';

/** Referrals from one agency to another, one case after the other. */
export interface Cases {
  readonly from: string;
  readonly to: string;
  /** Of each agency its own, as it was told. */
  readonly notes: readonly (readonly PublisherNote[])[];
  readonly pace: Pace;
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

/** @param from, to agencies */
export function startCases(options: {
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly random: () => number;
  readonly mint: Mint;
}): Cases {
  const { url, from, to, random, mint } = options;
  const lane = laneOf('referral', from);
  const marking = { tlp: 'AMBER_STRICT', audience: `${from},${to}` };
  const agent = new Agent({ keepAlive: true });
  const pace = createPace();
  const notes = { [from]: [] as PublisherNote[], [to]: [] as PublisherNote[] };
  const senders = Object.fromEntries(
    Object.entries(notes).map(([agency, own]) => [
      agency,
      createSender({ url, agency, mint, agent, notes: own, pace }),
    ]),
  );
  const begun: EventKey[] = [];
  let last: EventKey | undefined;
  let isOver = false;
  let count = 0;

  /** The step's key when it counts. */
  const step = async (
    agency: string,
    state: string,
    follows: EventKey | undefined,
    more: object,
  ): Promise<EventKey | undefined> => {
    const id = `${from}-${to}-${count}-${state}`;
    const data = {
      from,
      to,
      state,
      follows: follows === undefined ? null : `/v1/events/${follows}`,
      ...more,
    };
    const event = exampleEvent('referral', id, { answerBy: null, ...data });
    const sent = { event, id, lane, marking, ...(follows === undefined ? {} : { follows }) };
    for (;;) {
      const told: State = (await senders[agency]?.(sent)) ?? 'refused';
      const key = `${agency}/${id}`;
      if (told === 'acknowledged' || told === 'void') last = key;
      if (told === 'acknowledged') return key;
      if (told === 'void' || told === 'refused' || isOver || random() < givenUp) return undefined;
      await sleep(retryMs);
    }
  };
  const pause = (): Promise<void> => sleep(random() * longestPauseMs);
  const oneCase = async (): Promise<void> => {
    count += 1;
    const data = { caseHandle: randomUUID() };
    const referred = await step(from, 'REFERRED', undefined, data);
    if (referred === undefined) return;
    begun.push(referred);
    await pause();
    if (random() < declined) {
      await step(to, 'DECLINED', referred, { ...data, reason: 'NO_CAPACITY' });
      return;
    }
    const accepted = await step(to, 'ACCEPTED', referred, data);
    if (accepted === undefined) return;
    await pause();
    const outcome = { ...data, outcome: 'ASSISTED' };
    const closers = random() < raced ? [from, to] : [random() < 0.5 ? from : to];
    await Promise.all(closers.map((agency) => step(agency, 'CLOSED', accepted, outcome)));
  };
  const flow = (async () => {
    while (!isOver) {
      await oneCase();
      await sleep(random() * betweenMs);
    }
  })();

  return {
    from,
    to,
    notes: Object.values(notes),
    pace,
    begun,
    last: () => last,
    cut: () => cutAll(agent),
    async stop() {
      isOver = true;
      await flow;
    },
    close() {
      isOver = true;
      agent.destroy();
    },
  };
}
