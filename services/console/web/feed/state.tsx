import { counted, number, t } from '../core/language.ts';
import { instantText } from '../core/zone.ts';
import type { FeedStore } from './store.ts';

interface StateProps {
  readonly store: FeedStore;
  /** Where not all of the store are shown. */
  readonly shown?: number;
  /** Looks through those too that the store has let go of. */
  readonly onOlder?: (() => void) | undefined;
}

/** How many are shown, and whether what comes is seen. */
export function State({ store, shown, onOlder }: StateProps) {
  const connection = store.connection.value;
  const most = number(store.most);
  return (
    <p class="state" role="status">
      <span class={`dot ${connection.state}`} aria-hidden="true" />
      {connection.state === 'live' && t('feed.live')}
      {connection.state === 'loading' && counted('feed.loading', connection.loaded)}
      {connection.state === 'lost' && t('feed.lost', { at: instantText(connection.since) })}
      {' · '}
      {counted('feed.events', shown ?? store.shown.value.length)}
      {store.cut.value && ` · ${t(onOlder === undefined ? 'feed.cut' : 'feed.cutSought', { most })}`}
      {store.cut.value && onOlder !== undefined && (
        <>
          {' '}
          <button type="button" class="link" onClick={onOlder}>
            {t('feed.older')}
          </button>
        </>
      )}
    </p>
  );
}
