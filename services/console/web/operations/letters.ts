import { useEffect, useState } from 'preact/hooks';
import { ApiError, askJson } from '../core/api.ts';
import { language, t } from '../core/language.ts';
import type { MessageKey } from '../core/message-keys.ts';

export const letterStates = ['open', 'redriven', 'discarded', 'all'] as const;
export type ListedState = (typeof letterStates)[number];

/** A dead letter as it is listed: nothing of what its publisher wrote. */
export interface Letter {
  readonly name: string;
  readonly state: 'open' | 'redriven' | 'discarded';
  readonly reason: string;
  /** Of how many redrives it comes. */
  readonly attempt: number;
  readonly time: string;
  readonly size: number;
}

export interface MaskedLetter extends Letter {
  readonly headerNames: readonly string[];
}

export interface WholeLetter extends Letter {
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly value: string;
  readonly whole: boolean;
}

/** What a redrive would do. */
export interface Redrive {
  readonly lane: string;
  readonly attempt: number;
  readonly decodes: boolean;
  readonly reason: string | null;
  readonly to: string | null;
  readonly found: boolean;
}

interface Listed {
  readonly items: readonly Letter[];
  readonly total: number;
}

/** `closed`: they are for operators alone. */
export type Letters = Listed | 'closed' | undefined;

const mostListed = 100;

/** Asked again whenever `changed` does. */
export function useLetters(state: ListedState, changed: string): { letters: Letters; error: unknown } {
  const [letters, setLetters] = useState<Letters>();
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (letters === 'closed') return;
    const left = new AbortController();
    const asked = { language: language.value, signal: left.signal };
    setError(undefined);
    askJson<Listed>(`/v1/dead?${new URLSearchParams({ state, limit: String(mostListed) })}`, asked)
      .then((answer) => left.signal.aborted || setLetters(answer))
      .catch((problem: unknown) => {
        if (left.signal.aborted) return;
        if (problem instanceof ApiError && problem.problem.status === 404) setLetters('closed');
        else setError(problem);
      });
    return () => left.abort();
  }, [state, changed]);
  return { letters, error };
}

export function askLetter<Answer>(name: string, what = '', method: 'GET' | 'POST' = 'GET'): Promise<Answer> {
  const path = name.split('/').map(encodeURIComponent).join('/');
  return askJson<Answer>(`/v1/dead/${path}${what}`, { method, language: language.value });
}

const reasons: Readonly<Record<string, MessageKey>> = {
  empty: 'operations.reason-empty',
  'magic-byte': 'operations.reason-magic-byte',
  'too-large': 'operations.reason-too-large',
  'unknown-schema': 'operations.reason-unknown-schema',
  undecodable: 'operations.reason-undecodable',
  kind: 'operations.reason-kind',
  digest: 'operations.reason-digest',
  identity: 'operations.reason-identity',
  key: 'operations.reason-key',
  attribute: 'operations.reason-attribute',
  database: 'operations.reason-database',
};

/** Why it could not be read; the code itself where it is newer than the page. */
export function reasonText(reason: string): string {
  const key = Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
  return key === undefined ? reason : t(key);
}
