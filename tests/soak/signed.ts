import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { exampleEvent } from '../exchange.ts';
import { type Answer, ask } from './ask.ts';
import type { EventKey, Marking, PublisherNote, Sequel } from './history.ts';
import type { Library } from './library.ts';
import { type Names, randomMarking } from './marks.ts';
import { cutAll } from './pace.ts';
import { laneOf } from './sender.ts';
import { type Mint, signedAs } from './tokens.ts';

/**
 * What needs a second signature: events at RED, their versions, and their recalls, which need none; what civil society says with a sponsor; what
 * an office decides. Some come back with a reason first, and are sent again.
 */
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
  readonly library: Pick<Library, 'look'>;
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

/** Who signs for RED, and who may be cleared for it at times; agencies that it names. */
export const clearedAlways = ['mx-fgr/releaser', 'gt-pgn/releaser'];
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
/** Waits for ever, or has come back for good: nobody is ever shown it. */
const neverSigned = 0.15;
const givenBack = 0.25;
/** Of what is RED. */
const hasVersion = 0.5;
const isRecalled = 0.4;

interface Waiting {
  readonly flow: Flow;
  readonly id: string;
  readonly marking: Marking;
  readonly sequel?: Sequel;
}

export function startSigned(options: SignedOptions): Signed {
  const agent = new Agent({ keepAlive: true });
  const notes: PublisherNote[] = [];
  const last: { event: EventKey; for: readonly string[] }[] = [];
  let isOver = false;
  const post = createPost(options, agent);
  const { publish, takeBack } = createPublish(options, post, notes, () => isOver);
  /** A version is for another agency, or for the same. */
  const goOn = async ({ flow, id, marking }: Waiting): Promise<void> => {
    const first = `${agencyOf(flow.author)}/${id}`;
    /** By who loses sight of it, if he is cleared at the time. */
    const look = () => options.library.look(`${marking.audience}/duty`, [first]);
    if (options.random() < hasVersion) {
      const sequel = { what: 'version', of: first, thread: first } as const;
      await publish({ flow, id: `${id}-version`, marking: flow.marking(options), sequel }, true);
      await look();
    }
    if (options.random() >= isRecalled) return;
    await sleep(options.random() * betweenMs);
    const sequel = { what: 'recall', of: first, thread: first } as const;
    await takeBack({ flow, id: `${id}-recall`, marking, sequel });
    await look();
  };
  const run = async (flow: Flow): Promise<void> => {
    for (let number = 1; !isOver; number += 1) {
      const id = `${flow.name}-${number}`;
      const isSigned = options.random() >= neverSigned;
      const marking = flow.marking(options);
      const isKept = await publish({ flow, id, marking }, isSigned);
      if (isKept && flow.name === 'red') await goOn({ flow, id, marking });
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

type Post = (who: string, path: string, body?: object, type?: string) => Promise<Answer | undefined>;

/** Undefined where there was no answer. */
function createPost({ url, mint }: SignedOptions, agent: Agent): Post {
  const signed = new Map<string, ReturnType<typeof signedAs>>();
  return async (who, path, body, type = 'application/cloudevents+json') => {
    const headersOf = signed.get(who) ?? signedAs(mint, who);
    signed.set(who, headersOf);
    const headers = { 'Content-Type': type, ...(await headersOf()) };
    const asked = { method: 'POST', headers, agent, timeoutMs: answerMs };
    return ask(`${url}${path}`, asked, body === undefined ? '' : JSON.stringify(body)).catch(() => undefined);
  };
}

/**
 * An event, and its signature until it is known whether it is published. It is sent, for the checker, when its signature is: who sees it
 * before sees what was never sent. What its author signs himself changes nothing.
 */
function createPublish({ random }: SignedOptions, post: Post, notes: PublisherNote[], isOver: () => boolean) {
  const noteOf = ({ flow, id, marking, sequel }: Waiting) => {
    const { author, signer, kind } = flow;
    const event = `${agencyOf(author)}/${id}`;
    const lane = laneOf(kind, agencyOf(author));
    const note = (rest: object, at = performance.now()): void => {
      notes.push({ at, event, ...rest } as PublisherNote);
    };
    // A recall is signed by nobody.
    const by = sequel?.what === 'recall' ? {} : { author, signer };
    const invoked = (at?: number): void =>
      note({ what: 'invoked', lane, marking, ...by, ...(sequel && { sequel }) }, at);
    /** Whether it is kept; undefined where its outcome is not known. */
    const noted = (answer: Answer | undefined): boolean | undefined => {
      const status = answer?.status ?? 0;
      if (status === 201) note({ what: 'acknowledged', receipt: '' });
      else if ([403, 422].includes(status)) note({ what: 'refused', status });
      else note({ what: 'open', reason: String(status) });
      return status === 201 ? true : [403, 422].includes(status) ? false : undefined;
    };
    return { event, invoked, noted };
  };

  /** Whether it is published. */
  const publish = async (waiting: Waiting, isSigned: boolean, isLast = false): Promise<boolean> => {
    const { flow, id, marking, sequel } = waiting;
    const { author, signer, kind, data } = flow;
    const { event, invoked, noted } = noteOf(waiting);
    const draft = `/v1/drafts/${event}`;
    const more = sequel && { messageType: 'UPDATE', references: [`/v1/events/${sequel.of}`] };
    const body = { ...exampleEvent(kind, id, { ...data, ...more }), ...marking };
    let isGivenBack = random() < givenBack && !isLast;
    for (let isSent = false; isLast || !isOver(); await sleep(retryMs)) {
      // Its signature may have been lost on the way: kept already, it is said so.
      if (isSent) invoked();
      const at = performance.now();
      const waits = await post(author, '/v1/events', body);
      if (isSent) {
        const isKept = noted(waits);
        if (isKept !== undefined) return isKept;
      } else if ([403, 422].includes(waits?.status ?? 0)) {
        invoked(at);
        noted(waits);
        return false;
      }
      // Published without a signature: whoever sees it sees what was never sent.
      if (waits?.status === 201) return false;
      if (waits?.status !== 202) continue;
      if (isGivenBack) {
        const reason = { reason: 'EJERCICIO: falta el lugar' };
        await post(signer, `${draft}/return`, reason, 'application/json');
        isGivenBack = false;
        if (isSigned) continue;
        return false;
      }
      if (!isSigned) {
        await post(author, `${draft}/sign`);
        return false;
      }
      invoked();
      isSent = true;
      const isKept = noted(await post(signer, `${draft}/sign`));
      if (isKept !== undefined) return isKept;
    }
    return false;
  };
  const takeBack = async (recall: Waiting): Promise<void> => {
    const { invoked, noted } = noteOf(recall);
    const { sequel, flow, id } = recall;
    const data = { of: `/v1/events/${sequel?.of}`, reason: 'INCORRECT' };
    const body = { specversion: '1.0', id, type: 'recall', data };
    for (let isKnown = false; !isKnown && !isOver(); await sleep(retryMs)) {
      invoked();
      isKnown = noted(await post(agencyOf(flow.author), '/v1/events', body)) !== undefined;
    }
  };
  return { publish, takeBack };
}
