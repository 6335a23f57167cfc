import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, askJson } from '../core/api.ts';
import { nameOfEvent, pathOf } from '../core/event-name.ts';
import { language } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';
import type { FeedStore } from '../feed/store.ts';

/** An event with all that refers to it, in order, as far as the reader may have it. */
export interface Thread {
  /** `<agency>/<id>` of its first event. */
  readonly thread: string;
  readonly kind: string;
  readonly items: readonly ShownEvent[];
}

export type Feed = Pick<FeedStore, 'listen' | 'connection'>;

export interface LookedUp {
  readonly thread: Thread | undefined;
  readonly error: unknown;
  /** Names of the events that were there when it was last seen: what is left of one that is gone. */
  readonly names: readonly string[];
  readonly again: () => void;
}

/**
 * The thread of an event as it stands, asked for again when something comes to it. When it is withdrawn it leaves at once, whatever the exchange
 * answers and when: nothing of it stays on the page.
 */
export function useThread(name: string, feed: Feed): LookedUp {
  const [thread, setThread] = useState<Thread>();
  const [error, setError] = useState<unknown>();
  const names = useRef<readonly string[]>([name]);
  const asking = useRef<AbortController | undefined>(undefined);
  const load = (): void => {
    asking.current?.abort();
    const own = new AbortController();
    const { signal } = own;
    asking.current = own;
    askJson<Thread>(`/v1/threads/${pathOf(name)}`, { language: language.value, signal })
      .then((found) => {
        if (signal.aborted) return;
        names.current = [
          found.thread,
          ...found.items.flatMap((one) => [nameOfEvent(one), one.thread ?? []].flat()),
        ];
        setThread(found);
        setError(undefined);
      })
      .catch((problem: unknown) => {
        if (signal.aborted) return;
        if (isGone(problem)) setThread(undefined);
        setError(problem);
      });
  };
  useEffect(() => {
    load();
    const deafen = feed.listen((heard) => {
      if (!names.current.includes(heard.name)) return;
      if (heard.withdrawn) setThread(undefined);
      if (heard.withdrawn || feed.connection.value.state === 'live') load();
    });
    return () => {
      deafen();
      asking.current?.abort();
    };
  }, [name]);
  return { thread, error, names: names.current, again: load };
}

export function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 404;
}
