import { useEffect, useRef } from 'preact/hooks';
import { sessionEnded } from '../core/session-ended.ts';

export const isInSight = (): boolean => document.visibilityState === 'visible';

/** Tells once the page has been out of sight for so long, and when it is looked at again. @returns what ends it */
export function watchSight(afterMs: number, onGone: () => void, onBack: () => void): () => void {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (isInSight()) onBack();
    else timer = setTimeout(onGone, afterMs);
  };
  document.addEventListener('visibilitychange', look, { signal: over.signal });
  return () => {
    over.abort();
    clearTimeout(timer);
  };
}

/** @returns `enough` where it is not to be asked again */
type Ask = (left: AbortSignal) => Promise<'enough' | undefined>;

/**
 * Asks at once and again and again while the page is in sight, one time after the other, and at once when it is looked at again; not when
 * the session has ended.
 * @param keys another of them begins anew @returns what asks at once, and forgets an answer that has not come yet
 */
export function useWhileInSight(ask: Ask, everyMs: number, keys: readonly unknown[]): () => void {
  const running = useRef<AbortController | undefined>(undefined);
  const begin = (): void => {
    running.current?.abort();
    running.current = new AbortController();
    void whileInSight(ask, everyMs, running.current.signal);
  };
  useEffect(() => {
    begin();
    return () => {
      running.current?.abort();
      running.current = undefined;
    };
  }, keys);
  return () => {
    if (running.current !== undefined) begin();
  };
}

async function whileInSight(ask: Ask, everyMs: number, left: AbortSignal): Promise<void> {
  while (!left.aborted && (await ask(left)) !== 'enough' && !sessionEnded.value)
    await nextLook(everyMs, left);
}

function nextLook(everyMs: number, left: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const over = new AbortController();
    const end = (): void => {
      over.abort();
      clearTimeout(timer);
      done();
    };
    const look = (): void => {
      if (isInSight()) end();
    };
    const timer = setTimeout(look, everyMs);
    document.addEventListener('visibilitychange', look, { signal: over.signal });
    left.addEventListener('abort', end, { signal: over.signal });
  });
}
