import type { AsSent } from '../../as-sent.ts';
import { isTimeZone, timeZones } from '../../code-lists.ts';
import type { Training, TrainingSession } from '../../generated.ts';
import { violation } from '../../rule-codes.ts';
import { isFar, periodRules, type Span, spanOf } from '../../rules/period.ts';
import { dayMs, parseDay, parseInstant } from '../../time.ts';
import type { Violation } from '../../violation.ts';

type SentTraining = AsSent<Training>;
type SentSession = AsSent<TrainingSession>;

const maxSessions = 200;
/** No zone is further ahead of UTC: a day can begin so much before it does there. */
const farthestZoneMs = 14 * 3_600_000;

/** At least one session; each of whole days, or from an hour to an hour; a zone where there are hours: a calendar needs no more. */
export function sessionRules(training: SentTraining, now: number): Violation[] {
  const { sessions } = training;
  if (sessions === undefined || sessions.length === 0)
    return [violation('required', '/data/sessions'), ...zoneRules(training)];
  if (sessions.length > maxSessions) return [violation('length', '/data/sessions')];
  return [
    ...sessions.flatMap((session, i) =>
      session === undefined ? [] : rulesOf(session, `/data/sessions/${i}`, now),
    ),
    ...zoneRules(training),
    ...registrationRules(training),
  ];
}

function rulesOf(session: SentSession, pointer: string, now: number): Violation[] {
  const { days, start, end } = session;
  if (isGiven(days)) {
    const found = periodRules(days, `${pointer}/days`, now);
    return isGiven(start) || isGiven(end) ? [...found, violation('training/session', pointer)] : found;
  }
  if (!isGiven(start) || !isGiven(end)) {
    // What was found wrong before is undefined: the session is not known to be incomplete.
    const isUnsound = Object.values(session).includes(undefined);
    return isUnsound ? [] : [violation('training/session', pointer)];
  }
  const [from, to] = [parseInstant(start), parseInstant(end)];
  if (from === undefined || to === undefined) return [];
  const far = (
    [
      ['start', from],
      ['end', to],
    ] as const
  )
    .filter(([, instant]) => isFar(instant, now))
    .map(([name]) => violation('period/far', `${pointer}/${name}`));
  return to > from ? far : [...far, violation('training/session', `${pointer}/end`)];
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function zoneRules({ sessions, zone }: SentTraining): Violation[] {
  const hasHours = sessions?.some((session) => isGiven(session?.start) || isGiven(session?.end));
  const isWrong = isGiven(zone) ? !isTimeZone(zone) : hasHours === true;
  return isWrong ? [violation('training/zone', '/data/zone', timeZones)] : [];
}

function registrationRules(training: SentTraining): Violation[] {
  const day = isGiven(training.registrationUntil) ? parseDay(training.registrationUntil) : undefined;
  const { to } = sessionSpan(training);
  return day !== undefined && to !== null && day - farthestZoneMs > to
    ? [violation('training/registration', '/data/registrationUntil')]
    : [];
}

/** From the first instant of the first session to the last of the last, epoch milliseconds; days are those of UTC. */
export function sessionSpan({ sessions }: SentTraining): Span {
  const spans = (sessions ?? []).map((session) => spanOfSession(session ?? {}));
  const begins = spans.flatMap(({ from }) => from ?? []);
  const ends = spans.flatMap(({ to }) => to ?? []);
  return {
    from: begins.length === 0 ? null : Math.min(...begins),
    to: ends.length === 0 ? null : Math.max(...ends),
  };
}

function spanOfSession({ days, start, end }: SentSession): Span {
  const { from, to } = spanOf(days);
  if (from !== null) return { from, to: to ?? from + dayMs - 1 };
  return {
    from: isGiven(start) ? (parseInstant(start) ?? null) : null,
    to: isGiven(end) ? (parseInstant(end) ?? null) : null,
  };
}
