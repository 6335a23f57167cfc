import { useEffect, useRef, useState } from 'preact/hooks';
import { counted, t } from '../core/language.ts';
import { instantText } from '../core/zone.ts';
import { announce } from '../parts/announcer.tsx';
import { useWindow } from '../parts/virtual.ts';
import { Card } from './card.tsx';
import { type Entry, isGap } from './store.ts';

export interface ListProps {
  /** The newest last. */
  readonly entries: readonly Entry[];
  readonly open: string | undefined;
  readonly onOpen: (name: string) => void;
}

const usualRowPx = 104;
/** Whoever is this near to the top reads what comes. */
const topPx = 40;

/** The newest first. While the reader is further down, what comes waits behind a count. */
export function List({ entries, open, onOpen }: ListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  /** The newest entry that is shown to a reader who is further down. */
  const [held, setHeld] = useState<string>();
  const heldAt = held === undefined ? -1 : entries.findLastIndex(({ name }) => name === held);
  const count = heldAt === -1 ? entries.length : heldAt + 1;
  const waiting = entries.length - count;
  const at = (index: number): Entry | undefined => entries[count - 1 - index];
  const shown = useWindow(count, scroller, (index) => at(index)?.name ?? String(index), usualRowPx);

  useEffect(() => {
    if (waiting > 0) announce(counted('feed.waiting', waiting));
  }, [waiting]);

  const onScroll = (): void => {
    const isAtTop = (scroller.current?.scrollTop ?? 0) < topPx;
    if (!isAtTop && held === undefined) setHeld(entries.at(-1)?.name);
    if (isAtTop && held !== undefined) setHeld(undefined);
  };
  const toNewest = (): void => {
    setHeld(undefined);
    shown.scrollToTop();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { PageDown: 1, PageUp: -1 }[event.key];
    if (step === undefined) return;
    const articles = [...(scroller.current?.querySelectorAll<HTMLElement>('article') ?? [])];
    const next = articles[articles.findIndex((one) => one.contains(document.activeElement)) + step];
    if (next === undefined) return;
    event.preventDefault();
    next.querySelector('a')?.focus();
    next.scrollIntoView({ block: 'nearest' });
  };

  return (
    <div class="list">
      {waiting > 0 && (
        <button type="button" class="waiting" onClick={toNewest}>
          {counted('feed.waiting', waiting)}
        </button>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions lint/a11y/useAriaPropsSupportedByRole: it has a role, of two; an empty feed is none */}
      <div
        class="scroller"
        ref={scroller}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        role={count > 0 ? 'feed' : 'group'}
        aria-label={t('feed.list')}
      >
        <div class="rows" style={{ height: `${shown.height}px` }}>
          {shown.items.map(({ index, key, start }) => {
            const entry = at(index);
            if (entry === undefined) return null;
            const place = { transform: `translateY(${start}px)` };
            return (
              <div key={key} class="row" ref={shown.measure} data-index={index} style={place}>
                {isGap(entry) ? (
                  <p class="gap">{t('feed.gap', { at: instantText(entry.at) })}</p>
                ) : (
                  <Card
                    item={entry}
                    place={index + 1}
                    of={count}
                    isOpen={entry.name === open}
                    onOpen={onOpen}
                  />
                )}
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}
