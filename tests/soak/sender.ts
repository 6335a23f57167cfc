import type { Agent } from 'node:http';
import { participantOfAgency } from '@puebla/schemas';
import { ask } from './ask.ts';
import type { EventKey, Marking, PublisherNote, Sequel } from './history.ts';
import type { Pace } from './pace.ts';
import { type Mint, signedAs } from './tokens.ts';

export type State = 'acknowledged' | 'void' | 'refused' | 'passing' | 'open';

/** One event, and what of it the checker is told beforehand. */
export interface Sent {
  readonly event: object;
  readonly id: string;
  readonly marking: Marking;
  /** `<kind>/<participant>` of the first event of its thread. */
  readonly lane: string;
  readonly follows?: EventKey;
  readonly sequel?: Sequel;
  readonly broken?: boolean;
  /** By when it asks to be acknowledged. */
  readonly dueAt?: number;
}

const answerMs = 10_000;
/** Nothing was kept, and the same event may be taken later. */
const passing = new Set([429, 503]);

/** Sends events of one agency, and writes down what it was told. */
export function createSender(options: {
  readonly url: string;
  readonly agency: string;
  readonly mint: Mint;
  readonly agent: Agent;
  readonly notes: PublisherNote[];
  readonly pace: Pace;
}): (sent: Sent) => Promise<State> {
  const { url, agency, mint, agent, notes, pace } = options;
  const signed = signedAs(mint, agency);
  return async ({ event, id, marking, lane, follows, sequel, broken, dueAt }) => {
    const key = `${agency}/${id}`;
    const note = (rest: object): void => {
      notes.push({ at: performance.now(), event: key, ...rest } as PublisherNote);
    };
    // An answer is marked by what it answers.
    const isMarked = sequel === undefined || sequel.what === 'version';
    const ackby =
      dueAt === undefined ? {} : { ackby: new Date(performance.timeOrigin + dueAt).toISOString() };
    const body = JSON.stringify(isMarked ? { ...event, ...marking, ...ackby } : event);
    const headers = { 'Content-Type': 'application/cloudevents+json', ...(await signed()) };
    note({
      what: 'invoked',
      lane,
      marking,
      ...(follows === undefined ? {} : { follows }),
      ...(sequel === undefined ? {} : { sequel }),
      ...(dueAt === undefined ? {} : { dueAt }),
      ...(broken === true ? { broken } : {}),
    });
    try {
      const asked = { method: 'POST', headers, agent, timeoutMs: answerMs };
      const answer = await ask(`${url}/v1/events`, asked, body);
      const said = JSON.parse(answer.body);
      if (answer.status === 201) {
        const isVoid = said.void !== undefined;
        note({ what: 'acknowledged', receipt: said.receipt, ...(isVoid ? { isVoid } : {}) });
        pace.mark();
        return isVoid ? 'void' : 'acknowledged';
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
}

/** The lane of what an agency begins. */
export function laneOf(kind: string, agency: string): string {
  return `${kind}/${participantOfAgency(agency)?.code}`;
}
