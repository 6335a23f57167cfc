import type { Drawing, Pixel } from './shapes.ts';

/** What of the drawing is in sight: so many times as large, moved by so many pixels. */
export interface Sight {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export const whole: Sight = { scale: 1, x: 0, y: 0 };
const mostScale = 32;

type Size = Pick<Drawing, 'width' | 'height'>;

/** Nearer or farther, about a point that stays where it is on the screen. */
export function zoomed({ scale, x, y }: Sight, times: number, about: Pixel, size: Size): Sight {
  const next = Math.max(1, Math.min(mostScale, scale * times));
  const by = next / scale;
  return within({ scale: next, x: about[0] - (about[0] - x) * by, y: about[1] - (about[1] - y) * by }, size);
}

export function moved({ scale, x, y }: Sight, dx: number, dy: number, size: Size): Sight {
  return within({ scale, x: x + dx, y: y + dy }, size);
}

/** So that this point of the drawing is in the middle. */
export function centred({ scale }: Sight, at: Pixel, size: Size): Sight {
  return within({ scale, x: size.width / 2 - at[0] * scale, y: size.height / 2 - at[1] * scale }, size);
}

export function onScreen({ scale, x, y }: Sight, at: Pixel): Pixel {
  return [at[0] * scale + x, at[1] * scale + y];
}

/** The point of the drawing that is seen there. */
export function onDrawing({ scale, x, y }: Sight, at: Pixel): Pixel {
  return [(at[0] - x) / scale, (at[1] - y) / scale];
}

/** So that a point of the drawing is in sight. */
export function showing(sight: Sight, at: Pixel, size: Size): Sight {
  const [x, y] = onScreen(sight, at);
  const isSeen = x > 0 && y > 0 && x < size.width && y < size.height;
  return isSeen ? sight : centred(sight, at, size);
}

/** Never farther off than half a screen beside the drawing. */
function within({ scale, x, y }: Sight, { width, height }: Size): Sight {
  const bound = (value: number, size: number): number =>
    Math.max(size * (0.5 - scale), Math.min(size * 0.5, value));
  return { scale, x: bound(x, width), y: bound(y, height) };
}
