import { signal } from '@preact/signals';
import { forgetDrafts, ownDrafts } from './drafts.ts';
import { language } from './language.ts';
import { sessionEnded } from './session-ended.ts';

export interface Session {
  readonly signedIn: boolean;
  /** Was signed in: the session has ended since. */
  readonly ended?: boolean;
  readonly agency?: string;
  readonly person?: string;
}

/** Undefined until it is known. */
export const session = signal<Session | undefined>(undefined);

export async function loadSession(): Promise<void> {
  const response = await fetch('/console/session', { cache: 'no-store' });
  const next = (await response.json()) as Session;
  if (next.ended === true) sessionEnded.value = true;
  if (next.signedIn) ownDrafts(ownerOf(next));
  session.value = next;
}

/** Whose drafts are kept: those of a person in an agency. */
export function ownerOf({ agency = '', person = '' }: Session): string {
  return `${agency}/${person}`;
}

/** Where signing in begins; it comes back to what is shown now. */
export function signInAddress(): string {
  const here = `${location.pathname}${location.search}`;
  return `/console/sign-in?${new URLSearchParams({ to: here, lang: language.value })}`;
}

/** Everything that was read leaves with the page, and what was written with it. */
export async function signOut(everywhere: boolean): Promise<void> {
  forgetDrafts();
  await fetch(`/console/sign-out${everywhere ? '?everywhere=true' : ''}`, { method: 'POST' });
  location.assign('/');
}
