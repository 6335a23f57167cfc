import { counted, t } from '../core/language.ts';
import { instantText } from '../core/zone.ts';
import type { FeedStore } from './store.ts';

/** How many are shown, and whether what comes is seen. @param shown where not all of the store are */
export function State({ store, shown }: { readonly store: FeedStore; readonly shown?: number }) {
  const connection = store.connection.value;
  return (
    <p class="state" role="status">
      <span class={`dot ${connection.state}`} aria-hidden="true" />
      {connection.state === 'live' && t('feed.live')}
      {connection.state === 'loading' && counted('feed.loading', connection.loaded)}
      {connection.state === 'lost' && t('feed.lost', { at: instantText(connection.since) })}
      {' · '}
      {counted('feed.events', shown ?? store.shown.value.length)}
      {store.cut.value && ` · ${t('feed.cut', { most: store.most })}`}
    </p>
  );
}
