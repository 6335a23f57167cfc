import type { Practice } from '@puebla/schemas';
import { useBrowsed } from '../browse/address.ts';
import { Browse, OpenLink } from '../browse/browse.tsx';
import { Filters } from '../browse/filters.tsx';
import { code, languageName, t } from '../core/language.ts';
import { listed } from '../feed/filter-values.ts';
import { State } from '../feed/state.tsx';
import { useWhole, type Whole } from '../feed/whole.ts';
import { Instant } from '../parts/instant.tsx';
import { Marking } from '../parts/marking.tsx';
import { participantName } from '../parts/names.ts';
import { Words } from '../parts/words.tsx';

const own = ['outcome', 'evidence'] as const;

/** Practices of all countries, the newest first. */
export function PracticesPage() {
  const browsed = useBrowsed(own);
  const { store, items } = useWhole('practice', browsed.filter);
  const { outcome, evidence } = browsed.own;
  const shown = items
    .map((item) => ({ item, practice: item.event.data as unknown as Practice }))
    .filter(({ practice }) => outcome?.includes(practice.outcome) ?? true)
    .filter(({ practice }) => evidence?.includes(practice.evidence) ?? true)
    .toReversed();
  const open = (name: string | undefined): void => browsed.go({ open: name });
  return (
    <Browse title={t('practices.title')} feed={store} open={browsed.open} onOpen={open}>
      <Filters
        browsed={browsed}
        of={[
          { name: 'category', label: t('practices.theme'), options: listed('PracticeTheme') },
          { name: 'country', label: t('feed.filter-country') },
          { name: 'group', label: t('feed.filter-group'), options: listed('Group') },
          { name: 'language', label: t('feed.filter-language') },
        ]}
        own={[
          { name: 'outcome', label: t('practices.outcome'), options: listed('Outcome') },
          { name: 'evidence', label: t('practices.evidence'), options: listed('Evidence') },
        ]}
      />
      <State store={store} shown={shown.length} />
      <ul class="cards">
        {shown.map(({ item, practice }) => (
          <li key={item.name} data-name={item.name} data-open={item.name === browsed.open}>
            <Card item={item} practice={practice} onOpen={open} />
          </li>
        ))}
      </ul>
    </Browse>
  );
}

interface CardProps {
  readonly item: Whole;
  readonly practice: Practice;
  readonly onOpen: (name: string) => void;
}

function Card({ item, practice, onOpen }: CardProps) {
  const { theme, information, appliedIn, groups, outcome, evidence } = practice;
  return (
    <>
      <p class="marks">
        <Marking tlp={item.tlp} />
        <span class="chip kind">{code('PracticeTheme', theme)}</span>
        {outcome !== 'NOT_STATED' && <span class="chip">{code('Outcome', outcome)}</span>}
        {evidence !== 'NOT_ASSESSED' && <span class="chip">{code('Evidence', evidence)}</span>}
      </p>
      <h2>
        <OpenLink name={item.name} onOpen={onOpen}>
          <Words of={information} at="title" otherwise={item.name} />
        </OpenLink>
      </h2>
      <p>
        <Words of={information} at="summary" />
      </p>
      <p class="muted facts">
        <span>{t('practices.appliedIn', { where: appliedIn.map(participantName).join(', ') })}</span>
        {groups.length > 0 && <span>{groups.map((group) => code('Group', group)).join(', ')}</span>}
        <span>{item.agency}</span>
        <Instant at={item.recordedtime} />
        <span>{information.map(({ language }) => languageName(language)).join(', ')}</span>
      </p>
    </>
  );
}
