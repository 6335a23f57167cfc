import type { Preview } from '@puebla/schemas';
import { ApiError, askJson } from '../core/api.ts';
import { language } from '../core/language.ts';

const structured = 'application/cloudevents+json';

/** What the exchange made of it. */
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

const post = <Answer>(path: string, body: string): Promise<Answer> =>
  askJson<Answer>(path, { method: 'POST', contentType: structured, body, language: language.value });

export const preview = (body: string): Promise<Preview> => post('/v1/events/preview', body);

export const send = (body: string): Promise<Sent> => post('/v1/events', body);

/** Whether the event may have been kept all the same: the same body again says it. */
export function isOutcomeOpen(error: unknown): boolean {
  return error instanceof ApiError && ['network', 'outcome-unknown', 'internal'].includes(error.problem.code);
}
