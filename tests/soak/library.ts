import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, ask } from './ask.ts';
import { ownerOf } from './case.ts';
import type { AskedLook, EventKey, Look, ReaderHistory, ReaderNote, ThreadSight } from './history.ts';
import { createStamps } from './stamps.ts';
import { type Mint, signedAs } from './tokens.ts';

const atOnce = 16;
const answerMs = 10_000;
const againMs = 500;
/** What was taken back a moment before a process is killed is what it may not have told anybody. */
const takenBackKept = 10;
const lookAgainMs = 50;
const backWithinMs = 30_000;

/** What is asked of the library, and for whom: an agency, or undefined for who is not signed in. */
export interface Question {
  readonly as: string | undefined;
  readonly event: EventKey;
}

/** A CloudEvent of which its identity is looked at. */
interface Shown {
  readonly source: string;
  readonly id: string;
}

/** One line of what its owner is told. */
interface AskedItem extends Omit<AskedLook['lines'][number], 'answers'> {
  readonly answers: readonly { readonly address: string }[];
}

export interface Library {
  /** Asks for events by their addresses. */
  readEvents(questions: readonly Question[]): Promise<ReaderHistory[]>;
  /** Asks for the threads of events. */
  readThreads(questions: readonly Question[]): Promise<ThreadSight[]>;
  /** Asks once for events and for the thread of the first of them, and writes down what is answered: others, and nothing, are left out. */
  look(as: string | undefined, events: readonly EventKey[]): Promise<void>;
  /** Notes that an event was taken back, and by whom it can be looked for. */
  noteTakenBack(question: Question): void;
  /** Resolves at the next `noteTakenBack`, or after so long. */
  untilTakenBack(withinMs: number): Promise<void>;
  /** Asks for what was taken back last, from now on until it is answered: a start must know it before it shows anything. */
  lookAtTakenBack(): Promise<void>;
  /** Asks once, as its owner, who is to acknowledge an event, and writes down what is answered. */
  lookAtAsked(event: EventKey, dueAt: number | undefined): Promise<void>;
  readonly looks: readonly Look[];
  readonly asked: readonly AskedLook[];
  readonly lookedThreads: readonly ThreadSight[];
  /** Waits until all of these, which everybody may read, are there: the library follows the lanes. */
  untilThere(events: readonly EventKey[]): Promise<void>;
  close(): void;
}

/** @param boundMs how long it may be behind, or away, for one question */
export function askLibrary(url: string, mint: Mint, boundMs: number): Library {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const stampOf = createStamps();
  const signed = new Map<string | undefined, ReturnType<typeof signedAs>>();

  /** The answer, once it says that something is there, or that nothing is. @throws Error when it never does */
  const get = async (path: string, as: string | undefined): Promise<Answer> => {
    const headersOf = signed.get(as) ?? signedAs(mint, as);
    signed.set(as, headersOf);
    const until = performance.now() + boundMs;
    for (;;) {
      const headers = await headersOf();
      const said = await ask(`${url}${path}`, { headers, agent, timeoutMs: answerMs }).catch(String);
      if (typeof said !== 'string' && [200, 404].includes(said.status)) return said;
      if (performance.now() > until)
        throw new Error(`the library answers ${typeof said === 'string' ? said : said.status}`);
      await sleep(againMs);
    }
  };
  const looks: Look[] = [];
  const lookedThreads: ThreadSight[] = [];
  const asked: AskedLook[] = [];
  const once = async (path: string, as: string | undefined): Promise<Answer | undefined> => {
    const headersOf = signed.get(as) ?? signedAs(mint, as);
    signed.set(as, headersOf);
    const asked = { headers: await headersOf(), agent, timeoutMs: answerMs };
    const said = await ask(`${url}${path}`, asked).catch(() => {});
    return said !== undefined && [200, 404].includes(said.status) ? said : undefined;
  };
  const itemsOf = ({ status, body }: Answer): ThreadSight['items'] => {
    const items: Shown[] = status === 200 ? JSON.parse(body).items : [];
    return items.map((item) => ({ event: `${item.source}/${item.id}`, stamp: stampOf(item) }));
  };
  /** Whether it was answered. */
  const lookAtEvent = async (as: string | undefined, event: EventKey): Promise<boolean> => {
    const askedAt = performance.now();
    const said = await once(`/v1/events/${event}`, as);
    if (said === undefined) return false;
    const stamp = said.status === 200 ? stampOf(JSON.parse(said.body)) : undefined;
    looks.push({ as, event, askedAt, at: performance.now(), stamp });
    return true;
  };
  const takenBack: Question[] = [];
  let next = Promise.withResolvers<void>();
  const lookUntilAnswered = async ({ as, event }: Question): Promise<void> => {
    const until = performance.now() + backWithinMs;
    while (!(await lookAtEvent(as, event)) && performance.now() < until) await sleep(lookAgainMs);
  };
  const lookAtThread = async (as: string | undefined, event: EventKey): Promise<void> => {
    const askedAt = performance.now();
    const said = await once(`/v1/threads/${event}`, as);
    if (said === undefined) return;
    lookedThreads.push({ as, event, askedAt, at: performance.now(), items: itemsOf(said) });
  };
  const each = async (
    questions: readonly Question[],
    work: (question: Question) => Promise<void>,
  ): Promise<void> => {
    const left = questions.values();
    const worker = async (): Promise<void> => {
      for (const question of left) await work(question);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  };

  return {
    async readEvents(questions) {
      const notes = new Map<string | undefined, ReaderNote[]>(questions.map(({ as }) => [as, []]));
      await each(questions, async ({ as, event }) => {
        const { status, body } = await get(`/v1/events/${event}`, as);
        const at = performance.now();
        notes
          .get(as)
          ?.push(
            status === 404
              ? { at, what: 'absent', event }
              : { at, what: 'seen', event, cursor: undefined, stamp: stampOf(JSON.parse(body)) },
          );
      });
      return [...notes].map(([as, own]) => ({
        reader: `library for ${as ?? 'nobody'}`,
        as,
        way: 'library',
        history: true,
        notes: own,
      }));
    },
    async readThreads(questions) {
      const threads: ThreadSight[] = [];
      await each(questions, async ({ as, event }) => {
        const askedAt = performance.now();
        const said = await get(`/v1/threads/${event}`, as);
        threads.push({ as, event, askedAt, at: performance.now(), items: itemsOf(said) });
      });
      return threads;
    },
    async look(as, events) {
      const [first] = events;
      await Promise.all([
        ...events.map((event) => lookAtEvent(as, event)),
        ...(first === undefined ? [] : [lookAtThread(as, first)]),
      ]);
    },
    noteTakenBack(question) {
      takenBack.push(question);
      if (takenBack.length > takenBackKept) takenBack.shift();
      next.resolve();
      next = Promise.withResolvers();
    },
    untilTakenBack: (withinMs) => Promise.race([next.promise, sleep(withinMs)]),
    async lookAtTakenBack() {
      await Promise.all(takenBack.map(lookUntilAnswered));
    },
    async lookAtAsked(event, dueAt) {
      const askedAt = performance.now();
      const said = await once(`/v1/events/${event}/acknowledgements`, ownerOf(event));
      if (said?.status !== 200) return;
      const items: AskedItem[] = JSON.parse(said.body).items;
      const lines = items.map(({ participant, agencies, asked: isAsked, overdue, answers }) => ({
        participant,
        agencies,
        asked: isAsked,
        overdue,
        answers: answers.map(({ address }) => address.replace('/v1/events/', '')),
      }));
      asked.push({ event, askedAt, at: performance.now(), dueAt, lines });
    },
    looks,
    asked,
    lookedThreads,
    async untilThere(events) {
      const until = performance.now() + boundMs;
      for (const event of events)
        while ((await get(`/v1/events/${event}`, undefined)).status !== 200 && performance.now() < until)
          await sleep(againMs);
    },
    close: () => agent.destroy(),
  };
}
