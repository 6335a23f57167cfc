import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useState } from 'preact/hooks';

export interface Windowed {
  readonly items: readonly VirtualItem[];
  readonly height: number;
  readonly measure: (element: Element | null) => void;
  /** Rows that are measured on the way do not move it, as they do when somebody else scrolls. */
  scrollToTop(): void;
}

/** Of a long list the part that is in sight; heights are measured, since texts wrap. @param keyOf what a row is, so that its height stays its own */
export function useWindow(
  count: number,
  scroller: { readonly current: HTMLElement | null },
  keyOf: (index: number) => string,
  estimate: number,
): Windowed {
  const [, draw] = useState(0);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => estimate,
    getItemKey: keyOf,
    overscan: 6,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: () => draw((n) => n + 1),
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, Element>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => virtualizer._didMount(), [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());
  return {
    items: virtualizer.getVirtualItems(),
    height: virtualizer.getTotalSize(),
    measure: virtualizer.measureElement,
    scrollToTop: () => virtualizer.scrollToOffset(0),
  };
}
