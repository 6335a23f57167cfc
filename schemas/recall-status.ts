import type { AgencyId } from './agencies.ts';
import { type Asked, askedOf } from './asked.ts';
import type { Directory } from './directory.ts';
import { type HandledEvent, isFor, ownsEvent, type Reader } from './handling.ts';
import type { Recalled } from './thread-state.ts';

export const statements = ['DELETED', 'CANNOT'] as const;

/** What an agency says of its own copies of an event that was taken back; shown as its statement. */
export interface Statement {
  /** Address of the event. */
  readonly of: string;
  readonly agency: AgencyId;
  readonly statement: (typeof statements)[number];
  /** Why it cannot; null where it has. */
  readonly reason: string | null;
  /** RFC 3339. */
  readonly time: string;
}

/** One of those who are asked, and what was stated. */
export interface AskedStatement extends Asked {
  readonly stated: Omit<Statement, 'of'> | null;
  readonly overdue: boolean;
}

export interface RecallStatus {
  readonly address: string;
  readonly kind: string;
  readonly reason: string;
  /** The event that takes it back, `<agency>/<id>`. */
  readonly recall: string;
  /** RFC 3339, as the next. */
  readonly time: string;
  /** Until when a statement is asked for. */
  readonly due: string;
  /** Who could read it, as far as this reader is told. */
  readonly asked: readonly AskedStatement[];
}

/**
 * What a reader is told of a recall: its owner, who has taken it back and the Secretariat everything; who could read it what is asked of
 * himself; anybody else nothing (undefined).
 *
 * @param atRecall the directory when it was taken back: who could read it
 * @param today the directory of now: who asks
 * @param answerMs how long a recipient has
 */
export function recallStatus(
  reader: Reader,
  recalled: Recalled,
  given: readonly Statement[],
  {
    atRecall,
    today,
    now,
    answerMs,
  }: { atRecall: Directory; today: Directory; now: number; answerMs: number },
): RecallStatus | undefined {
  if (!reader.signedIn) return undefined;
  const isTold =
    seesAll(reader.agency, recalled, today) ||
    handledWays(recalled).some((handled) => isFor(reader, handled, today));
  if (!isTold) return undefined;
  const due = recalled.at + answerMs;
  const asked = askedToState(recalled, atRecall)
    .filter(({ agencies }) => seesAll(reader.agency, recalled, today) || agencies.includes(reader.agency))
    .map((one): AskedStatement => {
      const stated = lastOf(one, given);
      return { ...one, stated, overdue: stated === null && now > due };
    });
  const { of: address, kind, reason, recall, at } = recalled;
  return { address, kind, reason, recall, time: timeOf(at), due: timeOf(due), asked };
}

/**
 * Of whom a statement is missing, whoever asks.
 *
 * @param asked `askedToState`, when it was taken back
 */
export function missingStatements(asked: readonly Asked[], given: readonly Statement[]): readonly Asked[] {
  return asked.filter((one) => lastOf(one, given) === null);
}

function seesAll(agency: AgencyId, recalled: Recalled, today: Directory): boolean {
  if (ownsEvent(agency, recalled, today) || recalled.recall.startsWith(`${agency}/`)) return true;
  return today.offices.get('SECRETARIAT') === agency;
}

function lastOf({ agencies }: Asked, given: readonly Statement[]): Omit<Statement, 'of'> | null {
  const own = given.filter(({ agency }) => agencies.includes(agency));
  const last = own.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time)).at(-1);
  if (last === undefined) return null;
  const { of: _of, ...stated } = last;
  return stated;
}

/** Whether a statement is asked of this reader. */
export function isAskedToState(reader: Reader, recalled: Recalled, atRecall: Directory): boolean {
  return (
    reader.signedIn &&
    askedToState(recalled, atRecall).some(({ agencies }) => agencies.includes(reader.agency))
  );
}

/** Whoever could read any version may have a copy; of an agency that is asked already nothing is asked twice. */
export function askedToState(recalled: Recalled, atRecall: Directory): readonly Asked[] {
  const asked: Asked[] = [];
  for (const handled of handledWays(recalled)) {
    const known = new Set(asked.flatMap(({ agencies }) => agencies));
    const more = askedOf(handled, atRecall).map(({ participant, agencies }) => ({
      participant,
      agencies: agencies.filter((id) => !known.has(id)),
    }));
    asked.push(...more.filter(({ agencies }) => agencies.length > 0));
  }
  return asked;
}

function handledWays(recalled: Recalled): readonly HandledEvent[] {
  return [recalled, ...(recalled.before ?? [])];
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
