import { asProblem, type CurrentDirectory, lacksScope, ProblemError, scopeFor } from '@puebla/kit';
import {
  type AgencyId,
  type Answered,
  addressOf,
  directoryAt,
  endedAgencies,
  handlingOf,
  identityOfAddress,
  type Kind,
  type KindName,
  kindOf,
  nameOf,
  type Office,
  type StepEvent,
  type Tlp,
  threadKindOf,
  unknownThread,
  type Violation,
  voidBecause,
} from '@puebla/schemas';
import pLimit from 'p-limit';
import type { Accepted, Thread, ThreadNeeded } from './accept.ts';

/** The library waits up to 2 s for what was accepted before it answers. */
const answerWithinMs = 3_000;

/** The library has readers of its own to serve. */
const atOnce = 4;

/** Threads as the library shows them to who publishes: what he may not read does not exist for him here either. */
export interface Threads {
  /** Of the event that is referred to. Rejects with ProblemError: invalid (nothing of its kind is there for him), insufficient-scope, unavailable. */
  of(needed: ThreadNeeded, authorization: string | undefined): Promise<Thread>;
  /** Why a step that is kept does not count; empty for one that does. Rejects with ProblemError unavailable. */
  voidOf(
    agency: AgencyId,
    { kind, id }: Pick<Accepted, 'kind' | 'id'>,
    authorization: string | undefined,
  ): Promise<readonly Violation[]>;
}

/** An event as the library shows it, as far as it matters here. */
interface Item {
  readonly source: AgencyId;
  readonly id: string;
  readonly type: KindName;
  readonly thread?: string;
  readonly tlp: Tlp;
  readonly readers?: string;
  readonly sponsor?: AgencyId;
  readonly office?: Office;
  readonly recordedtime: string;
  readonly data: Record<string, unknown>;
}

interface Found {
  /** Of its first event. */
  readonly kind: string;
  readonly items: readonly Item[];
}

/** @param libraryUrl where the library answers; asked for at each use, since in one process it is known last */
export function createThreads(libraryUrl: () => string, directory: CurrentDirectory): Threads {
  const limit = pLimit(atOnce);
  const ask = async (path: string, authorization: string | undefined): Promise<Found | undefined> => {
    const headers = authorization === undefined ? {} : { authorization };
    try {
      const signal = AbortSignal.timeout(answerWithinMs);
      const answer = await limit(() => fetch(`${libraryUrl()}${path}`, { headers, signal }));
      if (answer.status === 200) return (await answer.json()) as Found;
      await answer.body?.cancel();
      if (answer.status === 404) return undefined;
      // Who may not read may not refer to anything either.
      if (answer.status === 403) throw asProblem(lacksScope(scopeFor.readEvents));
      throw new Error(`the library answers ${answer.status}`);
    } catch (cause) {
      throw cause instanceof ProblemError ? cause : unavailable(cause);
    }
  };
  const stepOf = (kind: Kind, item: Item): StepEvent => {
    const { source, id, tlp, readers, recordedtime, data } = item;
    const acceptedAt = Date.parse(recordedtime);
    const step = { agency: source, id, tlp, readers, acceptedAt, data };
    if (kind.machine === undefined) return step;
    return { ...step, ended: endedAgencies(kind, data, directoryAt(directory.register, acceptedAt)) };
  };

  return {
    async of({ kind, refersTo }, authorization) {
      const path = pathFor(kind, refersTo.address);
      const found = path === undefined ? undefined : await ask(path, authorization);
      const known = kindOf(kind);
      const begun = threadKindOf(found?.kind ?? '');
      const referred = found?.items.find(({ source, id }) => addressOf(source, id) === refersTo.address);
      const fits = known?.answer === undefined ? known === begun : referred?.type !== 'recall';
      if (found === undefined || begun === undefined || referred === undefined || !fits)
        throw new ProblemError('invalid', { violations: [unknownThread(refersTo)], kind });
      const isAnswer = known?.answer !== undefined;
      const steps = found.items
        .filter(({ type }) => !isAnswer && type === begun.name)
        .map((item) => stepOf(begun, item));
      // The first that is shown need not be the first.
      return {
        name: referred.thread ?? nameOf({ agency: referred.source, id: referred.id }),
        topic: begun.topic,
        steps,
        referred: answeredEvent(referred),
      };
    },
    async voidOf(agency, { kind, id }, authorization) {
      const found = await ask(threadPath(addressOf(agency, id)), authorization);
      if (found === undefined) throw unavailable(new Error('a step that is kept is not in the library'));
      const steps = found.items.filter(({ type }) => type === kind.name).map((item) => stepOf(kind, item));
      return voidBecause(kind, steps, { agency, id });
    },
  };
}

/** Who takes an event back need not read it: of it he is told how it is handled, and nothing else. Undefined for what is no address. */
function pathFor(kind: KindName, address: string): string | undefined {
  if (identityOfAddress(address) === undefined) return undefined;
  return kind === 'recall' ? `${address}/handling` : threadPath(address);
}

function threadPath(address: string): string {
  return address.replace('/events/', '/threads/');
}

function answeredEvent({ source, id, type, thread, tlp, readers, sponsor, office }: Item): Answered {
  const handling = handlingOf({ agency: source, tlp, readers, sponsor, office });
  return { ...handling, id, kind: type, ...(thread && { thread }) };
}

function unavailable(cause: unknown): ProblemError {
  const problem = new ProblemError('unavailable', { retryAfterSeconds: 2 });
  problem.cause = cause;
  return problem;
}
