import type { Training } from '@puebla/schemas';
import { OpenLink } from '../browse/browse.tsx';
import { code, countryName, languageName, t } from '../core/language.ts';
import { daysText, zone } from '../core/zone.ts';
import type { Whole } from '../feed/whole.ts';
import { Marking } from '../parts/marking.tsx';
import { participantName } from '../parts/names.ts';
import { save } from '../parts/save.ts';
import { Words } from '../parts/words.tsx';
import { calendarOf } from './calendar.ts';
import { type Held, heldOf, whenText } from './held.ts';

export interface TrainingListProps {
  readonly items: readonly Whole[];
  readonly open: string | undefined;
  readonly onOpen: (name: string) => void;
}

export function TrainingList({ items, open, onOpen }: TrainingListProps) {
  if (items.length === 0) return <p>{t('trainings.none')}</p>;
  return (
    <ul class="cards">
      {items.map((item) => (
        <li key={item.name} data-name={item.name} data-open={item.name === open}>
          <Card item={item} onOpen={onOpen} />
        </li>
      ))}
    </ul>
  );
}

function Card({ item, onOpen }: { readonly item: Whole; readonly onOpen: (name: string) => void }) {
  const training = item.event.data as unknown as Training;
  const held = heldOf(item);
  const { state, status, theme, modality, information, places, languages, seats, registrationUntil } =
    training;
  return (
    <>
      <p class="marks">
        <Marking tlp={item.tlp} />
        {state === 'CANCELLED' && <span class="chip late">{t('trainings.cancelled')}</span>}
        <span class="chip kind">{code('PracticeTheme', theme)}</span>
        <span class="chip">{code('TrainingModality', modality)}</span>
        {status !== 'ACTUAL' && <span class="chip exercise">{code('CapStatus', status)}</span>}
      </p>
      <h2>
        <OpenLink name={item.name} onOpen={onOpen}>
          <Words of={information} at="title" otherwise={item.name} />
        </OpenLink>
      </h2>
      <ul class="sessions">
        {held.map((one) => (
          <li key={one.key}>
            <When held={one} />
          </li>
        ))}
      </ul>
      <dl class="facts-list">
        <dt>{t('trainings.where')}</dt>
        <dd>
          {places.length === 0 ? (
            t('trainings.online')
          ) : (
            <bdi>
              {places
                .map((place) =>
                  [place.venue, place.locality, countryName(place.country)].filter(Boolean).join(', '),
                )
                .join('; ')}
            </bdi>
          )}
        </dd>
        <dt>{t('trainings.languages')}</dt>
        <dd>{languages.map(languageName).join(', ')}</dd>
        <dt>{t('trainings.seats')}</dt>
        <dd>{seats ?? t('trainings.seatsNotCounted')}</dd>
        <dt>{t('trainings.openTo')}</dt>
        <dd>{openToText(training)}</dd>
        {registrationUntil !== null && (
          <>
            <dt>{t('trainings.registrationUntil')}</dt>
            <dd>
              <time dateTime={registrationUntil}>{daysText(registrationUntil)}</time>
            </dd>
          </>
        )}
      </dl>
      <p>
        <button type="button" onClick={() => void download(item, held)}>
          {t('trainings.download')}
        </button>
      </p>
    </>
  );
}

/** In the chosen zone, and in that of the training where it is another; each stands beside its hours. */
function When({ held }: { readonly held: Held }) {
  const { zone: its } = held.training;
  if (held.isWholeDays) return <span>{whenText(held, 'UTC')}</span>;
  return (
    <>
      <span>{t('trainings.when', { zone: zone.value, when: whenText(held, zone.value) })}</span>
      {its !== null && its !== zone.value && (
        <span class="muted"> · {t('trainings.when', { zone: its, when: whenText(held, its) })}</span>
      )}
    </>
  );
}

function openToText({ openTo }: Training): string {
  if (openTo === null) return t('trainings.openToAll');
  const { statuses, participants } = openTo;
  return [
    ...statuses.map((status) => code('ParticipantStatus', status)),
    ...participants.map(participantName),
  ].join(', ');
}

async function download(item: Whole, held: readonly Held[]): Promise<void> {
  save(`${item.name.replace('/', '-')}.ics`, 'text/calendar', [await calendarOf(held)]);
}
