import microdiff from 'microdiff';
import { type Place, placeOf } from '../core/place.ts';
import type { Shape } from '../core/shape.ts';
import type { ShownEvent } from '../feed/event.ts';
import type { Data } from './fields.tsx';

/** One field in which two versions differ; undefined where one of them does not have it. */
export interface Change extends Place {
  readonly before: unknown;
  readonly after: unknown;
}

/** What goes with each version, and is shown by the thread itself. */
const ofTheThread: ReadonlySet<unknown> = new Set(['references', 'follows']);

export function changesBetween(
  before: ShownEvent,
  after: ShownEvent,
  shape: Shape | undefined,
): readonly Change[] {
  return microdiff(plain(before.data), plain(after.data), { cyclesFix: false })
    .filter(({ path }) => !ofTheThread.has(path[0]))
    .map((difference) => ({
      ...placeOf(shape, difference.path),
      before: 'oldValue' in difference ? difference.oldValue : undefined,
      after: 'value' in difference ? difference.value : undefined,
    }));
}

function plain(data: Data): Record<string, unknown> {
  return { ...data };
}
