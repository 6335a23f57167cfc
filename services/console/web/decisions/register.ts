import type { Decision } from '@puebla/schemas';
import type { Whole } from '../feed/whole.ts';

/** What is in the register of one document: what was put to a meeting, and what has become of it. */
export interface Registered {
  /** `<agency>/<id>` of its first entry. */
  readonly thread: string;
  readonly latest: Whole;
  readonly step: Decision['step'];
  readonly followUp: Decision['followUp'];
  /** The document: a follow-up tells what became of it, in texts of its own. */
  readonly said: Decision;
  readonly told: Decision | undefined;
  readonly responsible: readonly string[];
  /** YYYY-MM-DD */
  readonly due: string | null;
  readonly dueIs: 'late' | 'open' | 'none' | 'done';
}

const order = ['late', 'open', 'none', 'done'] as const;
const finished: readonly (Decision['followUp'] | null)[] = ['FULFILLED', 'NOT_FULFILLED'];

/**
 * What is overdue or due first, then what has no day, then what is done; of those alike the newest.
 * @param items every version, the oldest first @param today YYYY-MM-DD
 */
export function registerOf(items: readonly Whole[], today: string): readonly Registered[] {
  const threads = Map.groupBy(items, ({ thread }) => thread);
  return [...threads.values()]
    .map((versions) => registeredOf(versions, today))
    .filter((one) => one !== undefined)
    .toReversed()
    .toSorted(
      (a, b) => order.indexOf(a.dueIs) - order.indexOf(b.dueIs) || (a.due ?? '').localeCompare(b.due ?? ''),
    );
}

function registeredOf(versions: readonly Whole[], today: string): Registered | undefined {
  const latest = versions.at(-1);
  if (latest === undefined) return undefined;
  const all = versions.map(({ event }) => event.data as unknown as Decision);
  const newest = latest.event.data as unknown as Decision;
  const said = all.findLast(({ step }) => step !== 'FOLLOW_UP') ?? newest;
  const due = newest.due ?? said.due;
  const isDone = finished.includes(newest.followUp);
  return {
    thread: latest.thread,
    latest,
    step: newest.step,
    followUp: newest.followUp,
    said,
    told: newest === said ? undefined : newest,
    responsible: newest.responsible.length > 0 ? newest.responsible : said.responsible,
    due,
    dueIs: isDone ? 'done' : due === null ? 'none' : due < today ? 'late' : 'open',
  };
}
