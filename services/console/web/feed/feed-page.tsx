import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { language, t } from '../core/language.ts';
import { Record } from '../record/record.tsx';
import { type FeedAddress, feedAddress, readAddress } from './address.ts';
import { covers } from './covers.ts';
import { FilterBar } from './filter-bar.tsx';
import { followFeed } from './follow.ts';
import { List } from './list.tsx';
import { sinceOf } from './period.ts';
import { State } from './state.tsx';
import { createFeedStore } from './store.ts';

/** The live feed: what passes the filter of the address, and the record that is open beside it. */
export function FeedPage() {
  const { url, route } = useLocation();
  const asked = readAddress(new URL(url, location.href).search);
  const store = useMemo(() => createFeedStore(), []);
  const base = useSignal<FeedAddress>(asked);
  const { filter, period, open } = asked;
  useEffect(() => {
    store.narrow(filter);
    const there = base.value;
    if (there.period !== period || store.cut.value || !covers(there.filter, filter)) base.value = asked;
  }, [url]);
  const followed = base.value;
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
  return (
    <main id="main" class={open === undefined ? 'feed' : 'feed with-record'}>
      <h1 class="unseen">{t('common.feed')}</h1>
      <section class="feed-list" aria-label={t('feed.list')}>
        <FilterBar filter={filter} period={period} onChange={go} />
        <State store={store} />
        <List entries={store.shown.value} open={open} onOpen={(name) => go({ open: name })} />
      </section>
      {open !== undefined && (
        <Record
          key={open}
          name={open}
          feed={store}
          onClose={() => go({ open: undefined })}
          onOpen={(name) => go({ open: name })}
        />
      )}
    </main>
  );
}
