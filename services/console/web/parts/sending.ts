import type { Preview, Violation } from '@puebla/schemas';
import { useRef, useState } from 'preact/hooks';
import { ApiError, askJson } from '../core/api.ts';
import { language } from '../core/language.ts';

/** As it is sent. */
export type Event = Readonly<Record<string, unknown>>;

/** What the exchange made of an event. */
export interface Sent {
  readonly id: string;
  readonly agency: string;
  /** It is kept, here. */
  readonly address?: string;
  /** It waits, here, for the signature of `signer`. */
  readonly draft?: string;
  readonly signer?: string;
  /** It went out with one signature and is reviewed until `due`. */
  readonly review?: string;
  readonly due?: string;
}

/** What is posted is answered, or undefined: then `error` says why. */
export interface Sending {
  readonly busy: boolean;
  readonly error: unknown;
  /** The same one again, after an answer that never came, is the same event: it keeps the id that it has, or gets here. */
  publish(event: Event): Promise<Sent | undefined>;
  preview(event: Event): Promise<Preview | undefined>;
  post(path: string, body: object): Promise<object | undefined>;
}

/** @param onRefused told of the rules that are broken, in place of `error`, where they are shown by whoever sends */
export function useSending(onRefused?: (violations: readonly Violation[]) => void): Sending {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const last = useRef({ text: '', id: '' });
  const send = async <Answer>(
    path: string,
    content: object,
    contentType = 'application/cloudevents+json',
  ): Promise<Answer | undefined> => {
    setBusy(true);
    setError(undefined);
    try {
      const body = JSON.stringify(content);
      return await askJson<Answer>(path, { method: 'POST', contentType, body, language: language.value });
    } catch (problem) {
      const violations = problem instanceof ApiError ? problem.problem.violations : undefined;
      if (onRefused !== undefined && violations !== undefined) onRefused(violations);
      else setError(problem);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const idFor = (event: Event): string => {
    const text = JSON.stringify(event);
    if (last.current.text !== text) last.current = { text, id: crypto.randomUUID() };
    return last.current.id;
  };
  return {
    busy,
    error,
    publish: (event) => send('/v1/events', { id: idFor(event), ...event }),
    preview: (event) => send('/v1/events/preview', event),
    post: (path, body) => send(path, body, 'application/json'),
  };
}

/** Whether the event may have been kept all the same: the same one again says it. */
export function isOutcomeOpen(error: unknown): boolean {
  return error instanceof ApiError && ['network', 'outcome-unknown', 'internal'].includes(error.problem.code);
}
