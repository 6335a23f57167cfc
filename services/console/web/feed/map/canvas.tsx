import { useLayoutEffect, useRef } from 'preact/hooks';
import { theme } from '../../core/theme.ts';
import { useMedia } from '../../parts/media.ts';
import type { Cluster } from './clusters.ts';
import type { Leg } from './measures.ts';
import { paint } from './paint.ts';
import type { Drawing } from './shapes.ts';
import type { Sight } from './sight.ts';

export interface CanvasProps {
  readonly drawing: Drawing;
  readonly sight: Sight;
  readonly legs: readonly Leg[];
  readonly clusters: readonly Cluster[];
}

/** Fifty thousand points as elements would be too many for a browser. What is painted is in table and list for those who do not see it. */
export function Canvas({ drawing, sight, legs, clusters }: CanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isDark = useMedia('(prefers-color-scheme: dark)');
  const chosen = theme.value;
  useLayoutEffect(() => {
    if (canvas.current !== null) paint(canvas.current, drawing, sight, legs, clusters);
  }, [drawing, sight, legs, clusters, isDark, chosen]);
  const size = { width: `${drawing.width}px`, height: `${drawing.height}px` };
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it takes no focus
  return <canvas ref={canvas} class="map-canvas" style={size} aria-hidden="true" />;
}
