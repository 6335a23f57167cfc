import { type AuditEntry, type RecallStatus, readAuditEntry } from '@puebla/schemas';
import { createContext } from 'preact';
import { useMemo } from 'preact/hooks';
import { askJson, askText } from '../core/api.ts';
import { language } from '../core/language.ts';
import { decisionsDue } from '../decisions/due.ts';
import type { Registered } from '../decisions/register.ts';
import { type Told, useTold, within } from './told.ts';

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

/** What is asked of an agency. */
interface Waiting {
  readonly drafts: readonly Draft[];
  readonly acknowledgements: readonly Missing[];
  readonly recalls: readonly RecallStatus[];
  /** That its participant is to carry out, overdue or soon due. */
  readonly decisions: readonly Registered[];
}

/** The same for the menu and for the page: asked once for both. */
export type WaitingTold = ReturnType<typeof useWaiting>;
export const WaitingOf = createContext<WaitingTold | undefined>(undefined);

/** @param agency undefined where nobody is signed in: then nothing is asked */
export function useWaiting(agency: string | undefined) {
  const loads = useMemo(
    () => ({
      drafts: (left: AbortSignal) => itemsOf<Draft>('/v1/drafts', left),
      acknowledgements: (left: AbortSignal) => itemsOf<Missing>('/v1/acknowledgements', left),
      recalls: (left: AbortSignal) => itemsOf<RecallStatus>('/v1/recalls', left),
      decisions: decisionsDue(agency ?? ''),
    }),
    [agency],
  );
  return useTold<Waiting>(loads, agency !== undefined, [agency]);
}

/** What was refused lately, the newest first. */
export function useRefused(agency: string) {
  return useTold({ refused: (left: AbortSignal) => refusedOf(agency, left) }, true, [agency]);
}

/** What of it is to be done, by whom it is waited for. */
export function dueOf({ drafts, acknowledgements, recalls }: WaitingTold['told'], agency: string) {
  return {
    sign: within(drafts, ({ maySign, state }) => maySign && isOpen(state)),
    returned: within(drafts, ({ agency: by, state }) => by === agency && !isOpen(state)),
    asked: within(acknowledgements, ({ own }) => !own),
    overdue: within(acknowledgements, ({ own, overdue }) => own && overdue),
    recalls: within(recalls, (recall) => isAsked(recall, agency)),
  };
}

export const countOf = (told: Told<readonly unknown[]>): number | undefined =>
  told.state === 'told' ? told.value.length : undefined;

function isOpen(state: Draft['state']): boolean {
  return state === 'WAITING' || state === 'REVIEW';
}

/** Of the agency, and nothing said yet. */
function isAsked({ asked }: RecallStatus, agency: string): boolean {
  return asked.some(({ agencies, stated }) => agencies.includes(agency) && stated === null);
}

const refusedDays = 30;
const dayMs = 86_400_000;

async function itemsOf<Item>(path: string, signal: AbortSignal): Promise<readonly Item[]> {
  const asked = { language: language.value, signal };
  return (await askJson<{ readonly items: readonly Item[] }>(path, asked)).items;
}

async function refusedOf(agency: string, signal: AbortSignal): Promise<readonly AuditEntry[]> {
  const from = new Date(Date.now() - refusedDays * dayMs).toISOString();
  const asked = { language: language.value, accept: 'application/x-ndjson', signal };
  const text = await askText(`/v1/audit?${new URLSearchParams({ what: 'refused', agency, from })}`, asked);
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.flatMap((line) => readAuditEntry(JSON.parse(line)) ?? []).toReversed();
}
