import type { ExchangeStatus } from '@puebla/schemas';
import { useEffect, useState } from 'preact/hooks';
import { ApiError, askJson } from '../core/api.ts';
import { language } from '../core/language.ts';

/** What the page knows of the exchange. */
export type Look =
  | { readonly state: 'looking' }
  /** It does not answer, and has not yet. */
  | { readonly state: 'unreachable'; readonly error: unknown }
  /** It is not for this reader, and is not asked again. */
  | { readonly state: 'refused'; readonly status: number }
  | {
      readonly state: 'seen';
      readonly status: ExchangeStatus;
      /** When it came, by this browser's clock. */
      readonly at: number;
      /** It was asked since, and has not answered. */
      readonly lost: boolean;
    };

export const everySeconds = 5;
const answerWithinMs = 10_000;

/** Looks at the exchange every few seconds, one look at a time, while the page is in sight and not paused. */
export function useLook(paused: boolean): Look {
  const [look, setLook] = useState<Look>({ state: 'looking' });
  useEffect(() => {
    if (paused) return;
    const left = new AbortController();
    void follow(left.signal, setLook);
    return () => left.abort();
  }, [paused]);
  return look;
}

async function follow(left: AbortSignal, tell: (next: (before: Look) => Look) => void): Promise<void> {
  while (!left.aborted) {
    await inSight(left);
    if (left.aborted) return;
    try {
      const signal = AbortSignal.any([left, AbortSignal.timeout(answerWithinMs)]);
      const status = await askJson<ExchangeStatus>('/v1/status', { language: language.value, signal });
      tell(() => ({ state: 'seen', status, at: Date.now(), lost: false }));
    } catch (error) {
      if (left.aborted) return;
      if (error instanceof ApiError && isRefusal(error.problem.status)) {
        const { status } = error.problem;
        tell(() => ({ state: 'refused', status }));
        return;
      }
      tell((before) =>
        before.state === 'seen' ? { ...before, lost: true } : { state: 'unreachable', error },
      );
    }
    await pause(left);
  }
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 404;
}

function inSight(left: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (document.visibilityState === 'visible') return done();
    const seen = new AbortController();
    const look = (): void => {
      if (document.visibilityState !== 'visible' && !left.aborted) return;
      seen.abort();
      done();
    };
    document.addEventListener('visibilitychange', look, { signal: seen.signal });
    left.addEventListener('abort', look, { signal: seen.signal });
  });
}

function pause(left: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, everySeconds * 1_000);
    left.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}
