import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Pixel } from './shapes.ts';

const usualWidth = 480;
/** A hand that clicks moves by less. */
const dragPx = 4;

/** Of an element, in whole pixels. */
export function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(usualWidth);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => setWidth(Math.max(200, Math.floor(current.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** A hand that draws the map along, or clicks. @param onClick true: it was for what is there, and for nobody else */
export function useHand({
  onMove,
  onClick,
}: {
  readonly onMove: (dx: number, dy: number) => void;
  readonly onClick: (at: Pixel) => boolean;
}) {
  const held = useRef<{ x: number; y: number; isDrawn: boolean } | undefined>(undefined);
  return {
    onPointerDown: ({ clientX: x, clientY: y }: PointerEvent) => {
      held.current = { x, y, isDrawn: false };
    },
    onPointerMove: ({ clientX, clientY, buttons, currentTarget, pointerId }: PointerEvent) => {
      const { current } = held;
      if (current === undefined || buttons === 0) return;
      const [dx, dy] = [clientX - current.x, clientY - current.y];
      if (!current.isDrawn && Math.hypot(dx, dy) < dragPx) return;
      if (!current.isDrawn) (currentTarget as Element).setPointerCapture(pointerId);
      held.current = { x: clientX, y: clientY, isDrawn: true };
      onMove(dx, dy);
    },
    onClickCapture: (event: MouseEvent) => {
      const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
      const isDrawn = held.current?.isDrawn === true;
      held.current = undefined;
      // By the keyboard there is no place.
      if (event.detail === 0) return;
      if (isDrawn || onClick([event.clientX - left, event.clientY - top])) event.stopPropagation();
    },
  };
}
