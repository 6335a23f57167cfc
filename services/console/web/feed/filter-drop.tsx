import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';

interface FilterDropProps {
  readonly label: string;
  /** So many of its conditions are set. */
  readonly count: number;
  readonly children: ComponentChildren;
}

/** One part of a filter: closed it says how much of it is set. */
export function FilterDrop({ label, count, children }: FilterDropProps) {
  const box = useRef<HTMLFieldSetElement>(null);
  return (
    <details class="filter-list" onToggle={() => keepInSight(box.current)}>
      <summary>
        {label}
        {count > 0 && <span class="count"> {count}</span>}
      </summary>
      <fieldset ref={box}>
        <legend class="unseen">{label}</legend>
        {children}
      </fieldset>
    </details>
  );
}

const edge = 8;

/** What would reach over the right edge of the page is moved back. */
function keepInSight(box: HTMLElement | null): void {
  if (box === null) return;
  box.style.translate = '';
  const over = box.getBoundingClientRect().right + edge - document.documentElement.clientWidth;
  if (over > 0) box.style.translate = `${-over}px`;
}
