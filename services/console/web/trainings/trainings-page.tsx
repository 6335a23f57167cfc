import { useBrowsed } from '../browse/address.ts';
import { Browse } from '../browse/browse.tsx';
import { Filters } from '../browse/filters.tsx';
import { t } from '../core/language.ts';
import { dayIn, zone } from '../core/zone.ts';
import { listed } from '../feed/filter-values.ts';
import { State } from '../feed/state.tsx';
import { useWhole } from '../feed/whole.ts';
import { save } from '../parts/save.ts';
import { calendarOf } from './calendar.ts';
import { type Held, heldOf } from './held.ts';
import { TrainingList } from './list.tsx';
import { Month } from './month.tsx';
import './trainings.css';

const own = ['view', 'month'] as const;
const views = ['month', 'coming', 'past'] as const;

/** Trainings: a month as a calendar, those that come and those that were as lists. */
export function TrainingsPage() {
  const browsed = useBrowsed(own);
  const { store, items } = useWhole('training', browsed.filter);
  const held = items.flatMap(heldOf).toSorted((a, b) => a.from - b.from);
  const view = views.find((one) => one === browsed.own.view?.[0]) ?? 'month';
  const month = monthIn(browsed.own.month?.[0]) ?? dayIn(zone.value, Date.now()).slice(0, 7);
  const open = (name: string | undefined): void => browsed.go({ open: name });
  const now = Date.now();
  const coming = inOrder(held.filter(({ to }) => to >= now));
  const isComing = new Set(coming);
  const past = inOrder(held.toReversed()).filter((item) => !isComing.has(item));
  return (
    <Browse title={t('trainings.title')} feed={store} open={browsed.open} onOpen={open}>
      <nav class="views" aria-label={t('trainings.views')}>
        {views.map((one) => (
          <a
            key={one}
            class="button"
            href={`?view=${one}`}
            aria-current={one === view ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault();
              event.stopPropagation();
              browsed.go({ own: { ...browsed.own, view: [one] } });
            }}
          >
            {t(`trainings.view-${one}`)}
          </a>
        ))}
        <button type="button" disabled={coming.length === 0} onClick={() => void download(held, now)}>
          {t('trainings.downloadAll')}
        </button>
      </nav>
      <Filters
        browsed={browsed}
        of={[
          { name: 'category', label: t('practices.theme'), options: listed('PracticeTheme') },
          { name: 'country', label: t('feed.filter-country') },
          { name: 'publisher', label: t('feed.filter-publisher') },
        ]}
        own={[]}
      />
      <State store={store} />
      {view === 'month' && (
        <Month
          month={month}
          held={held}
          onOpen={open}
          onMonth={(next) => browsed.go({ own: { ...browsed.own, month: [next] } })}
        />
      )}
      {view !== 'month' && (
        <TrainingList items={view === 'past' ? past : coming} open={browsed.open} onOpen={open} />
      )}
    </Browse>
  );
}

/** The trainings of these sessions, each once, where its first session of these stands. */
function inOrder(held: readonly Held[]) {
  return [...new Set(held.map(({ item }) => item))];
}

function monthIn(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text) ? text : undefined;
}

async function download(held: readonly Held[], now: number): Promise<void> {
  save('puebla.ics', 'text/calendar', [await calendarOf(held.filter(({ to }) => to >= now))]);
}
