import { useSignal } from '@preact/signals';
import { type AuditEntry, type RecallStatus, readAuditEntry } from '@puebla/schemas';
import { ApiError, askJson, askText } from '../core/api.ts';
import { language } from '../core/language.ts';
import { useWhileInSight } from '../parts/in-sight.ts';

/** What waits for a second signature or a review, or came back (`GET /v1/drafts`). */
export interface Draft {
  readonly address: string;
  readonly agency: string;
  readonly id: string;
  readonly kind: string;
  readonly signer: string;
  readonly time: string;
  readonly state: 'WAITING' | 'RETURNED' | 'REVIEW' | 'OBJECTED';
  readonly reason: string | null;
  readonly due: string | null;
  readonly overdue: boolean;
  readonly maySign: boolean;
}

/** An event of which an acknowledgement is missing (`GET /v1/acknowledgements`). */
export interface Missing {
  readonly address: string;
  readonly kind: string;
  readonly ackby: string;
  readonly overdue: boolean;
  readonly own: boolean;
  readonly missing: readonly { readonly participant: string; readonly agencies: readonly string[] }[];
}

/** What an agency has to look at; each part as it was last told, or why it is not. */
export interface Waiting {
  readonly drafts: Told<readonly Draft[]>;
  readonly acknowledgements: Told<readonly Missing[]>;
  readonly recalls: Told<readonly RecallStatus[]>;
  /** The newest first. */
  readonly refused: Told<readonly AuditEntry[]>;
}

export type Told<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'told'; readonly value: Value }
  /** The exchange does not tell it this person. */
  | { readonly state: 'closed' }
  | { readonly state: 'failed'; readonly error: unknown };

const loading = { state: 'loading' } as const;
const nothingYet: Waiting = {
  drafts: loading,
  acknowledgements: loading,
  recalls: loading,
  refused: loading,
};

const againMs = 20_000;
const refusedDays = 30;
const dayMs = 86_400_000;

type Loads = { readonly [Name in keyof Waiting]: (agency: string, signal: AbortSignal) => Promise<unknown> };
const loads: Loads = {
  drafts: (_, signal) => itemsOf('/v1/drafts', signal),
  acknowledgements: (_, signal) => itemsOf('/v1/acknowledgements', signal),
  recalls: (_, signal) => itemsOf('/v1/recalls', signal),
  refused: refusedOf,
};

/** Asked again from time to time, and after something was done. */
export function useWaiting(agency: string): {
  readonly waiting: Waiting;
  readonly again: () => void;
} {
  const waiting = useSignal(nothingYet);
  const ask = async (left: AbortSignal): Promise<undefined> => {
    const parts = Object.entries(loads).map(async ([name, load]) => {
      const answer = await told(load(agency, left));
      if (!left.aborted) waiting.value = { ...waiting.value, [name]: answer };
    });
    await Promise.all(parts);
  };
  const again = useWhileInSight(ask, againMs, [agency]);
  return { waiting: waiting.value, again };
}

async function told(asked: Promise<unknown>): Promise<Told<unknown>> {
  try {
    return { state: 'told', value: await asked };
  } catch (error) {
    const isClosed = error instanceof ApiError && error.problem.status === 403;
    return isClosed ? { state: 'closed' } : { state: 'failed', error };
  }
}

async function itemsOf(path: string, signal: AbortSignal): Promise<unknown> {
  const { items } = await askJson<{ readonly items: unknown }>(path, { language: language.value, signal });
  return items;
}

async function refusedOf(agency: string, signal: AbortSignal): Promise<readonly AuditEntry[]> {
  const from = new Date(Date.now() - refusedDays * dayMs).toISOString();
  const asked = { language: language.value, accept: 'application/x-ndjson', signal };
  const text = await askText(`/v1/audit?${new URLSearchParams({ what: 'refused', agency, from })}`, asked);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => readAuditEntry(JSON.parse(line)) ?? []).toReversed();
}
