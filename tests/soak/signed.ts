import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleEvent } from '../exchange.ts';
import { type Answer, ask } from './ask.ts';
import type { EventKey, Marking, PublisherNote } from './history.ts';
import { type Names, randomMarking } from './marks.ts';
import { cutAll } from './pace.ts';
import { laneOf } from './sender.ts';
import { type Mint, signedAs } from './tokens.ts';

/** What needs a second signature: events at RED, what civil society says with a sponsor, what an office decides. */
export interface Signed {
  readonly notes: readonly PublisherNote[];
  /** Once they are stopped, behind all others of their lane: each with agencies that may read it. */
  readonly last: readonly { readonly event: EventKey; readonly for: readonly string[] }[];
  cut(): void;
  stop(): Promise<void>;
  close(): void;
}

export interface SignedOptions {
  readonly url: string;
  readonly mint: Mint;
  readonly random: () => number;
  readonly names: Names;
}

/** Who sends events of a kind, and who signs them: `<agency>/<person>`, or an agency for its system. */
interface Flow {
  readonly name: string;
  readonly author: string;
  readonly signer: string;
  readonly kind: string;
  readonly data?: Record<string, unknown>;
  marking(options: SignedOptions): Marking;
  /** How its last one is marked, and agencies that may read that: where nobody else publishes in its lane. */
  readonly last?: { readonly marking: Marking; readonly for: readonly string[] };
}

/** Who may be cleared for RED, each at times; agencies that RED names. */
export const clearedAtTimes = ['mx-fgr/duty', 'gt-pgn/duty', 'hn-inm/duty'];
const redAgencies = ['mx-fgr', 'gt-pgn', 'hn-inm'];
export const sponsorship = { sponsor: 'cr-oij', sponsored: 'rncom-network' } as const;
const members = ['mx-fgr', 'gt-pgn', 'hn-inm'];

const redOf = (agency: string): Flow => ({
  name: 'red',
  author: `${agency}/duty`,
  signer: `${agency}/releaser`,
  kind: 'alert',
  marking: ({ random }) => ({
    tlp: 'RED',
    audience: redAgencies[Math.floor(random() * redAgencies.length)] ?? '',
  }),
});
const flows: readonly Flow[] = [
  redOf('mx-fgr'),
  redOf('gt-pgn'),
  {
    name: 'sponsored',
    author: sponsorship.sponsored,
    signer: `${sponsorship.sponsor}/releaser`,
    kind: 'alert',
    // To AMBER, as reports of practices are.
    marking: ({ random, names }) => randomMarking('practice', random, names),
    last: { marking: { tlp: 'CLEAR' }, for: members },
  },
  {
    name: 'decision',
    author: 'ppt-office/duty',
    signer: 'ppt-office/releaser',
    kind: 'decision',
    data: { step: 'RECOMMENDED', references: [], followUp: null },
    marking: () => ({ tlp: 'AMBER' }),
    last: { marking: { tlp: 'AMBER' }, for: members },
  },
];

const answerMs = 10_000;
const retryMs = 200;
const betweenMs = 1_500;
/** Waits for ever: nobody is ever shown it. */
const neverSigned = 0.15;

interface Waiting {
  readonly flow: Flow;
  readonly id: string;
  readonly marking: Marking;
}

export function startSigned(options: SignedOptions): Signed {
  const agent = new Agent({ keepAlive: true });
  const notes: PublisherNote[] = [];
  const last: { event: EventKey; for: readonly string[] }[] = [];
  let isOver = false;
  const post = createPost(options, agent);
  const publish = createPublish(post, notes, () => isOver);
  const run = async (flow: Flow): Promise<void> => {
    for (let number = 1; !isOver; number += 1) {
      const id = `${flow.name}-${number}`;
      const isSigned = options.random() >= neverSigned;
      await publish({ flow, id, marking: flow.marking(options) }, isSigned);
      await sleep(options.random() * betweenMs);
    }
  };
  const running = flows.map(run);
  return {
    notes,
    last,
    cut: () => cutAll(agent),
    async stop() {
      isOver = true;
      await Promise.all(running);
      for (const flow of flows) {
        if (flow.last === undefined) continue;
        const id = `${flow.name}-last`;
        await publish({ flow, id, marking: flow.last.marking }, true, true);
        last.push({ event: `${agencyOf(flow.author)}/${id}`, for: flow.last.for });
      }
    },
    close() {
      isOver = true;
      agent.destroy();
    },
  };
}

function agencyOf(who: string): string {
  return who.split('/', 1)[0] ?? who;
}

type Post = (who: string, path: string, body?: object) => Promise<Answer | undefined>;

/** Undefined where there was no answer. */
function createPost({ url, mint }: SignedOptions, agent: Agent): Post {
  const signed = new Map<string, ReturnType<typeof signedAs>>();
  return async (who, path, body) => {
    const headersOf = signed.get(who) ?? signedAs(mint, who);
    signed.set(who, headersOf);
    const headers = { 'Content-Type': 'application/cloudevents+json', ...(await headersOf()) };
    const asked = { method: 'POST', headers, agent, timeoutMs: answerMs };
    return ask(`${url}${path}`, asked, body === undefined ? '' : JSON.stringify(body)).catch(() => undefined);
  };
}

/**
 * An event, and its signature until it is known whether it is published. It is sent, for the checker, when its signature is: who sees it
 * before sees what was never sent. What its author signs himself changes nothing.
 */
function createPublish(post: Post, notes: PublisherNote[], isOver: () => boolean) {
  return async ({ flow, id, marking }: Waiting, isSigned: boolean, isLast = false): Promise<void> => {
    const { author, signer, kind, data } = flow;
    const event = `${agencyOf(author)}/${id}`;
    const lane = laneOf(kind, agencyOf(author));
    const body = { ...exampleEvent(kind, id, data), ...marking };
    const note = (rest: object): void => {
      notes.push({ at: performance.now(), event, ...rest } as PublisherNote);
    };
    const invoked = (): void => note({ what: 'invoked', lane, marking, signer });
    /** Whether its outcome is known. */
    const noted = (answer: Answer | undefined, published: number): boolean => {
      const status = answer?.status ?? 0;
      if (status === published) note({ what: 'acknowledged', receipt: '' });
      else if ([403, 422].includes(status)) note({ what: 'refused', status });
      else note({ what: 'open', reason: String(status) });
      return [published, 403, 422].includes(status);
    };
    for (let isSent = false; isLast || !isOver(); await sleep(retryMs)) {
      // Its signature may have been lost on the way: kept already, it is said so.
      if (isSent) invoked();
      const at = performance.now();
      const waits = await post(author, '/v1/events', body);
      if (isSent && noted(waits, 201)) return;
      if (!isSent && [403, 422].includes(waits?.status ?? 0)) {
        notes.push({ at, event, what: 'invoked', lane, marking, signer });
        note({ what: 'refused', status: waits?.status });
        return;
      }
      // Published without a signature: whoever sees it sees what was never sent.
      if (waits?.status === 201) return;
      if (waits?.status !== 202) continue;
      const draft = `/v1/drafts/${event}/sign`;
      if (!isSigned) {
        await post(author, draft);
        return;
      }
      invoked();
      isSent = true;
      if (noted(await post(signer, draft), 201)) return;
    }
  };
}
