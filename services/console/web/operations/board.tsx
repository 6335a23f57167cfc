import type { ParticipantFreshness } from '@puebla/schemas';
import { number, t } from '../core/language.ts';
import { Instant } from '../parts/instant.tsx';
import { participantName } from '../parts/names.ts';
import { hoursText } from './duration.ts';
import { Section } from './section.tsx';

const order = ['SILENT', 'DECLARED_OUTAGE', 'FRESH', 'NOT_JUDGED'] as const;

/** Each participant against its own habit; who is silent comes first. */
export function Board({ participants }: { readonly participants: readonly ParticipantFreshness[] | null }) {
  const sorted = (participants ?? []).toSorted(
    (a, b) =>
      order.indexOf(a.verdict) - order.indexOf(b.verdict) ||
      participantName(a.participant).localeCompare(participantName(b.participant)),
  );
  return (
    <Section id="heard" title={t('operations.heard')} unknown={participants === null}>
      <p class="board-counts">
        {order.map((verdict) => {
          const n = sorted.filter((one) => one.verdict === verdict).length;
          return (
            <span key={verdict} data-verdict={verdict} data-none={n === 0}>
              {t(`operations.count-${verdict}`, { n: number(n) })}
            </span>
          );
        })}
      </p>
      <ul class="board">
        {sorted.map((one) => (
          <Tile key={one.participant} {...one} />
        ))}
      </ul>
    </Section>
  );
}

function Tile(one: ParticipantFreshness) {
  const { participant, verdict, heard, habit } = one;
  return (
    <li data-participant={participant} data-verdict={verdict}>
      <h3>{participantName(participant)}</h3>
      <p class="word">{wordOf(one)}</p>
      <p class="muted">
        {heard === null ? t('operations.neverHeard') : <Instant at={heard} />}
        {habit !== 'NOT_JUDGED' && (
          <>
            <br />
            {t(habit.by === 'HAND' ? 'operations.habitByHand' : 'operations.habit', {
              time: hoursText(habit.hours),
            })}
          </>
        )}
      </p>
      {verdict === 'DECLARED_OUTAGE' && <Outage outage={one.outage} />}
    </li>
  );
}

function wordOf({ verdict, silentHours }: ParticipantFreshness): string {
  const time = silentHours === null ? undefined : hoursText(silentHours);
  switch (verdict) {
    case 'SILENT':
      return time === undefined ? t('operations.silent') : t('operations.silentFor', { time });
    case 'FRESH':
      return time === undefined ? t('operations.fresh') : t('operations.heardAgo', { time });
    case 'NOT_JUDGED':
      return t('operations.notJudged');
    case 'DECLARED_OUTAGE':
      return t('operations.outage');
  }
}

function Outage({ outage }: Pick<ParticipantFreshness, 'outage'>) {
  if (outage === null) return null;
  return (
    <p class="muted">
      {t('operations.outageFrom')} <Instant at={outage.from} />
      {outage.to !== null && (
        <>
          {' '}
          {t('operations.outageTo')} <Instant at={outage.to} />
        </>
      )}
    </p>
  );
}
