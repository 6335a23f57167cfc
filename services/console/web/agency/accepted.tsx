import { useEffect, useMemo } from 'preact/hooks';
import { language, t } from '../core/language.ts';
import { Card } from '../feed/card.tsx';
import type { Item } from '../feed/event.ts';
import { followFeed } from '../feed/follow.ts';
import { sinceOf } from '../feed/period.ts';
import { State } from '../feed/state.tsx';
import { createFeedStore, isGap } from '../feed/store.ts';

/** So many are shown; the feed has all of them. */
const most = 20;
const period = '30d';

/** What the exchange has taken of an agency lately, the newest first. */
export function Accepted({
  agency,
  onOpen,
}: {
  readonly agency: string;
  readonly onOpen: (name: string) => void;
}) {
  const store = useMemo(() => createFeedStore(), []);
  useEffect(
    () =>
      followFeed(store, {
        filter: { publisher: [agency] },
        since: sinceOf(period, Date.now()),
        language: language.value,
      }),
    [agency],
  );
  const entries = store.shown.value.filter((entry): entry is Item => !isGap(entry));
  const newest = entries.slice(-most).toReversed();
  return (
    <section id="accepted" class="panel part" aria-labelledby="accepted-title">
      <h2 id="accepted-title" tabIndex={-1}>
        {t('agency.accepted')}
      </h2>
      <State store={store} />
      {newest.length > 0 && (
        <div class="accepted" role="feed" aria-labelledby="accepted-title">
          {newest.map((item, i) => (
            <Card
              key={item.name}
              item={item}
              place={i + 1}
              of={newest.length}
              isOpen={false}
              onOpen={onOpen}
            />
          ))}
        </div>
      )}
      <a href={`/?publisher=${agency}&period=${period}`}>{t('agency.acceptedAll')}</a>
    </section>
  );
}
