import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, askIfOther } from '../core/api.ts';
import { nameOfEvent, pathOf } from '../core/event-name.ts';
import { language } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';
import type { FeedStore } from '../feed/store.ts';
import { useWhileInSight } from '../parts/in-sight.ts';

/** An event with all that refers to it, in order, as far as the reader may have it. */
export interface Thread {
  /** `<agency>/<id>` of its first event. */
  readonly thread: string;
  readonly kind: string;
  readonly items: readonly ShownEvent[];
}

export type Feed = Pick<FeedStore, 'listen' | 'connection'>;

interface Found {
  readonly thread: Thread | undefined;
  readonly error: unknown;
}

export interface LookedUp extends Found {
  /** Names of the events that were there when it was last seen: what is left of one that is gone. */
  readonly names: readonly string[];
  readonly again: () => void;
}

/** What passes the feed's filter is told by the feed at once; what does not, an answer say, is seen within this. */
const againMs = 5_000;

/**
 * The thread of an event as it stands, asked for again when the feed tells of it, and from time to time, which opens nothing where nothing has changed.
 * When it is withdrawn it leaves at once, whatever the exchange answers and when: nothing of it stays on the page.
 */
export function useThread(name: string, feed: Feed): LookedUp {
  const [found, setFound] = useState<Found>({ thread: undefined, error: undefined });
  const names = useRef<readonly string[]>([name]);
  const tag = useRef<string | undefined>(undefined);
  const leave = (error?: unknown): void => {
    tag.current = undefined;
    setFound({ thread: undefined, error });
  };
  const ask = async (signal: AbortSignal): Promise<'enough' | undefined> => {
    const asked = { language: language.value, signal, tag: tag.current };
    try {
      const other = await askIfOther<Thread>(`/v1/threads/${pathOf(name)}`, asked);
      if (signal.aborted) return 'enough';
      if (other !== undefined) {
        tag.current = other.tag;
        names.current = namesIn(other.answer);
      }
      setFound(({ thread }) => ({ thread: other?.answer ?? thread, error: undefined }));
    } catch (error) {
      if (signal.aborted) return 'enough';
      if (isGone(error)) {
        leave(error);
        return 'enough';
      }
      setFound(({ thread }) => ({ thread, error }));
    }
    return undefined;
  };
  const again = useWhileInSight(ask, againMs, [name]);
  useEffect(
    () =>
      feed.listen((heard) => {
        if (!names.current.includes(heard.name)) return;
        if (heard.withdrawn) leave();
        if (heard.withdrawn || feed.connection.value.state === 'live') again();
      }),
    [name],
  );
  return { ...found, names: names.current, again };
}

function namesIn({ thread, items }: Thread): readonly string[] {
  return [thread, ...items.flatMap((one) => [nameOfEvent(one), one.thread ?? []].flat())];
}

export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 404;
}
