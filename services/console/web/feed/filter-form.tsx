import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { counted, t } from '../core/language.ts';
import { useMedia } from '../parts/media.ts';

interface FilterFormProps {
  /** So many conditions are set. */
  readonly count: number;
  /** Undefined where there is nothing to clear, or where that is elsewhere. */
  readonly onClear?: (() => void) | undefined;
  readonly children: ComponentChildren;
}

/** The controls of a filter; on a narrow screen behind a button that says how many conditions are set. */
export function FilterForm({ count, onClear, children }: FilterFormProps) {
  const isNarrow = useMedia('(max-width: 36rem)');
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  return (
    <>
      {isNarrow && (
        <button
          type="button"
          class="filter-fold"
          aria-expanded={isOpen}
          aria-controls={id}
          onClick={() => setOpen(!isOpen)}
        >
          {counted('feed.conditions', count)}
        </button>
      )}
      <form
        id={id}
        class="filter"
        hidden={isNarrow && !isOpen}
        aria-label={t('feed.filter')}
        onSubmit={(event) => event.preventDefault()}
      >
        {children}
        {onClear && (
          <button type="button" onClick={onClear}>
            {t('feed.all')}
          </button>
        )}
      </form>
    </>
  );
}
