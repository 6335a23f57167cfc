import { type Decision, matches } from '@puebla/schemas';
import { useBrowsed } from '../browse/address.ts';
import { Browse, OpenLink } from '../browse/browse.tsx';
import { Filters } from '../browse/filters.tsx';
import { code, countryName, languageName, t } from '../core/language.ts';
import { dayIn, daysText, zone } from '../core/zone.ts';
import { listed, participantOptions } from '../feed/filter-values.ts';
import { State } from '../feed/state.tsx';
import { useWhole } from '../feed/whole.ts';
import { Marking } from '../parts/marking.tsx';
import { participantName } from '../parts/names.ts';
import { Words } from '../parts/words.tsx';
import { type Registered, registerOf } from './register.ts';

const own = ['state', 'responsible', 'due'] as const;

/** The register of decisions, what is overdue or due first. */
export function DecisionsPage() {
  const browsed = useBrowsed(own);
  const { store, items } = useWhole('decision', {}, { history: true });
  const { state, responsible, due } = browsed.own;
  const shown = registerOf(items, dayIn(zone.value, Date.now())).filter(
    (one) =>
      matches(browsed.filter, one.latest, one.latest.facets) &&
      (state?.includes(one.step) ?? true) &&
      (responsible?.some((code) => one.responsible.includes(code)) ?? true) &&
      (due?.includes(one.dueIs) ?? true),
  );
  const open = (name: string | undefined): void => browsed.go({ open: name });
  return (
    <Browse title={t('decisions.title')} feed={store} open={browsed.open} onOpen={open}>
      <Filters
        browsed={browsed}
        of={[
          { name: 'category', label: t('decisions.document'), options: listed('DecisionDocument') },
          { name: 'language', label: t('feed.filter-language') },
        ]}
        own={[
          { name: 'state', label: t('decisions.state'), options: listed('DecisionStep') },
          { name: 'responsible', label: t('decisions.responsible'), options: participantOptions() },
          {
            name: 'due',
            label: t('decisions.due'),
            options: (['late', 'open', 'none', 'done'] as const).map((value) => ({
              value,
              text: t(`decisions.due-${value}`),
            })),
          },
        ]}
      />
      <State store={store} shown={shown.length} />
      <ol class="cards">
        {shown.map((one) => (
          <li key={one.thread} data-name={one.thread} data-due={one.dueIs}>
            <Entry registered={one} onOpen={open} />
          </li>
        ))}
      </ol>
    </Browse>
  );
}

interface EntryProps {
  readonly registered: Registered;
  readonly onOpen: (name: string) => void;
}

function Entry({ registered, onOpen }: EntryProps) {
  const { latest, said, told, step, followUp, responsible, due, dueIs } = registered;
  const { meeting } = said;
  return (
    <>
      <p class="marks">
        <Marking tlp={latest.tlp} />
        {dueIs === 'late' && <span class="chip late">{t('decisions.due-late')}</span>}
        <span class="chip kind">{code('DecisionStep', step)}</span>
        {followUp !== null && <span class="chip">{code('FollowUp', followUp)}</span>}
        {said.status !== 'ACTUAL' && <span class="chip exercise">{code('CapStatus', said.status)}</span>}
      </p>
      <p class="muted">
        {t('decisions.numbered', {
          document: code('DecisionDocument', said.document),
          number: said.number ?? '',
          meeting: meeting?.number ?? '',
          place: [meeting?.locality, meeting && countryName(meeting.country)].filter(Boolean).join(', '),
        })}
      </p>
      <h2>
        <OpenLink name={latest.name} onOpen={onOpen}>
          <Words of={said.information} at="title" otherwise={latest.name} />
        </OpenLink>
      </h2>
      <dl class="facts-list">
        <dt>{t('decisions.responsible')}</dt>
        <dd>
          {responsible.length === 0 ? t('decisions.nobody') : responsible.map(participantName).join(', ')}
        </dd>
        <dt>{t('decisions.due')}</dt>
        <dd>{due === null ? t('decisions.due-none') : <time dateTime={due}>{daysText(due)}</time>}</dd>
      </dl>
      <Texts label={t('decisions.text')} of={said.information} />
      {told !== undefined && <Texts label={t('decisions.followUp')} of={told.information} />}
    </>
  );
}

/** In each language that it is in: no one is passed off as another. */
function Texts({ label, of }: { readonly label: string; readonly of: Decision['information'] }) {
  return (
    <details>
      <summary>
        {label} ({of.map(({ language }) => languageName(language)).join(', ')})
      </summary>
      {of.map((text) => (
        <section key={text.language} class="languages-of">
          <h3>{languageName(text.language)}</h3>
          <p lang={text.language}>
            <bdi>{text.title}</bdi>
          </p>
          <p lang={text.language}>
            <bdi>{text.text}</bdi>
          </p>
        </section>
      ))}
    </details>
  );
}
