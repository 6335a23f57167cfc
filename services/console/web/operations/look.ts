import type { ExchangeStatus } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { ApiError, askJson } from '../core/api.ts';
import { language } from '../core/language.ts';
import { useWhileInSight } from '../parts/in-sight.ts';

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

/** Looks at the exchange every few seconds while the page is in sight and not paused. */
export function useLook(paused: boolean): Look {
  const [look, setLook] = useState<Look>({ state: 'looking' });
  const ask = async (left: AbortSignal): Promise<'enough' | undefined> => {
    if (paused) return 'enough';
    const next = await lookOnce(left);
    if (left.aborted) return 'enough';
    setLook((before) =>
      next.state === 'unreachable' && before.state === 'seen' ? { ...before, lost: true } : next,
    );
    return next.state === 'refused' ? 'enough' : undefined;
  };
  useWhileInSight(ask, everySeconds * 1_000, [paused]);
  return look;
}

async function lookOnce(left: AbortSignal): Promise<Look> {
  try {
    const signal = AbortSignal.any([left, AbortSignal.timeout(answerWithinMs)]);
    const status = await askJson<ExchangeStatus>('/v1/status', { language: language.value, signal });
    return { state: 'seen', status, at: Date.now(), lost: false };
  } catch (error) {
    const status = error instanceof ApiError ? error.problem.status : 0;
    return isRefusal(status) ? { state: 'refused', status } : { state: 'unreachable', error };
  }
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 404;
}
