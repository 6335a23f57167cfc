import { type AgencyId, participantOfAgency } from './agencies.ts';
import { type Asked, askedOf } from './asked.ts';
import type { Directory } from './directory.ts';
import { canRead, type HandledEvent } from './handling.ts';
import { acknowledgement } from './kinds/acknowledgement/rules.ts';
import type { Identified, ThreadStates } from './thread-state.ts';

/** What of an event says who is asked to acknowledge it. */
export interface AskingEvent extends HandledEvent, Identified {
  /** Until when, epoch milliseconds; undefined: it asks nobody. */
  readonly ackby?: number;
}

/** What one of those who are asked has answered, or what an agency has that is not. */
export interface Acknowledged<Answer> extends Asked {
  readonly asked: boolean;
  readonly answers: readonly Answer[];
  readonly overdue: boolean;
}

/**
 * Of whom an event asks an acknowledgement: `askedOf`, as far as they may give one (rules.md, canPublish: GUEST excepted) and still read it.
 *
 * @param threads what became of its thread: whoever has lost sight of it owes no answer
 */
export function askedToAcknowledge(
  event: AskingEvent,
  directory: Directory,
  threads: ThreadStates,
): readonly Asked[] {
  if (event.ackby === undefined) return [];
  const mayAnswer = (id: AgencyId): boolean => {
    const agency = directory.agencies.get(id);
    if (agency === undefined || acknowledgement.publishers[agency.status] === undefined) return false;
    const { participant, status } = agency;
    const reader = { signedIn: true, agency: id, participant, status, roles: [], cleared: true } as const;
    return canRead(reader, event, directory, threads);
  };
  return askedOf(event, directory)
    .map(({ participant, agencies }) => ({ participant, agencies: agencies.filter(mayAnswer) }))
    .filter(({ agencies }) => agencies.length > 0);
}

/**
 * A line for each of whom is asked, and behind them one for each agency that has answered unasked. One answer is enough for a line, whatever it says
 * and however late.
 *
 * @param groups of whom it is asked
 * @param answers of each agency the newest alone
 */
export function acknowledgedOf<Answer extends { readonly agency: AgencyId }>(
  { ackby }: AskingEvent,
  groups: readonly Asked[],
  answers: readonly Answer[],
  now: number,
): readonly Acknowledged<Answer>[] {
  const isLate = ackby !== undefined && ackby < now;
  const asked = groups.map((group) => {
    const given = answers.filter(({ agency }) => group.agencies.includes(agency));
    return { ...group, asked: true, answers: given, overdue: isLate && given.length === 0 };
  });
  const unasked = answers
    .filter(({ agency }) => !groups.some(({ agencies }) => agencies.includes(agency)))
    .map((answer) => ({
      participant: participantOfAgency(answer.agency)?.code ?? '',
      agencies: [answer.agency],
      asked: false,
      answers: [answer],
      overdue: false,
    }));
  return [...asked, ...unasked];
}
