import { useSignal } from '@preact/signals';
import { filterKey } from '@puebla/schemas';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { lazy, useLocation } from 'preact-iso';
import { language, t } from '../core/language.ts';
import { useMedia } from '../parts/media.ts';
import { Record } from '../record/record.tsx';
import { type FeedAddress, feedAddress, readAddress } from './address.ts';
import { covers } from './covers.ts';
import { ExportMenu } from './export/export-menu.tsx';
import { FilterBar } from './filter-bar.tsx';
import { followFeed } from './follow.ts';
import { List } from './list.tsx';
import { sinceOf } from './period.ts';
import { SavedFilters } from './saved-filters.tsx';
import { State } from './state.tsx';
import { createFeedStore } from './store.ts';
import { TextFilter } from './text-filter.tsx';
import { shownViews, toggled, type View, views } from './views.ts';
import './feed.css';

const EventMap = lazy(() => import('./map/map.tsx').then((module) => module.EventMap));
const Timeline = lazy(() => import('./timeline/timeline.tsx').then((module) => module.Timeline));

/** The live feed: what passes the filter of the address as list, map and timeline, and the record that is open beside them. */
export function FeedPage() {
  const { url, route } = useLocation();
  const asked = readAddress(new URL(url, location.href).search);
  const store = useMemo(() => createFeedStore(), []);
  const base = useSignal<FeedAddress>(asked);
  const isWide = useMedia('(min-width: 60rem)');
  const isHuge = useMedia('(min-width: 90rem)');
  const { filter, period, open, view } = asked;
  useEffect(() => {
    store.narrow(filter);
    const there = base.value;
    if (there.period !== period || !covers(there.filter, filter)) base.value = asked;
  }, [url]);
  const followed = base.value;
  const isNarrower = filterKey(followed.filter) !== filterKey(filter);
  useEffect(() => {
    store.clear();
    store.connection.value = { state: 'loading', loaded: 0 };
    return followFeed(store, {
      filter: followed.filter,
      since: sinceOf(followed.period, Date.now()),
      language: language.value,
    });
  }, [followed]);
  const go = (change: Partial<FeedAddress>): void => route(feedAddress({ ...asked, ...change }));
  const show = (name: string): void => go({ open: name });
  const shown = shownViews(view, isWide);
  const isListed = shown.includes('list');
  // Beside list and record there is not always room for a third.
  const isBeside = shown.some((one) => one !== 'list') && (open === undefined || !isListed || isHuge);
  const columns = [isListed, isBeside, open !== undefined].filter(Boolean).length;
  const entries = store.shown.value;
  return (
    <main id="main" class="feed" data-columns={columns}>
      <h1 class="unseen">{t('common.feed')}</h1>
      <div class="feed-tools">
        <FilterBar filter={filter} period={period} onChange={go} />
        <div class="feed-bar">
          <State store={store} onOlder={isNarrower ? () => (base.value = asked) : undefined} />
          {filterKey(filter) !== filterKey({}) && (
            <button type="button" onClick={() => go({ filter: {} })}>
              {t('feed.all')}
            </button>
          )}
          <Tool name={t('feed.filter-more')}>
            <TextFilter filter={filter} onChange={(next) => go({ filter: next })} />
            <SavedFilters query={feedAddress({ ...asked, open: undefined }).slice(1)} />
          </Tool>
          <Tool name={t('feed.export')}>
            <ExportMenu entries={entries} address={asked} />
          </Tool>
          <ViewSwitch shown={shown} onToggle={(one) => go({ view: toggled(shown, one, isWide) })} />
        </div>
      </div>
      {isListed && (
        <section class="feed-list" aria-label={t('feed.list')}>
          <List entries={entries} open={open} onOpen={show} />
        </section>
      )}
      {isBeside && (
        <div class="feed-side">
          {shown.includes('map') && (
            <EventMap
              entries={entries}
              filter={filter}
              onFilter={(next) => go({ filter: next })}
              onOpen={show}
            />
          )}
          {shown.includes('timeline') && <Timeline address={asked} version={entries} onChange={go} />}
        </div>
      )}
      {open !== undefined && (
        <Record key={open} name={open} feed={store} onClose={() => go({ open: undefined })} onOpen={show} />
      )}
    </main>
  );
}

function Tool({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <details class="tool">
      <summary>{name}</summary>
      <div class="tool-box">{children}</div>
    </details>
  );
}

interface ViewSwitchProps {
  readonly shown: readonly View[];
  readonly onToggle: (view: View) => void;
}

function ViewSwitch({ shown, onToggle }: ViewSwitchProps) {
  return (
    <fieldset class="view-switch">
      <legend class="unseen">{t('feed.views')}</legend>
      {views.map((view) => (
        <button key={view} type="button" aria-pressed={shown.includes(view)} onClick={() => onToggle(view)}>
          {t(`feed.view-${view}`)}
        </button>
      ))}
    </fieldset>
  );
}
