/**
 * What somebody writes stays in his browser until it is sent, and is nobody else's: it goes when he signs out, and when another signs in
 * here. Whose they are stands beside them, so that a page that was left open keeps nothing for him after that.
 */
const ownerKey = 'puebla.drafts-of';
const prefix = 'puebla.draft.';
/** What an event may have, and a little. */
const mostCharacters = 260_000;
const mostDrafts = 10;

export interface StoredDraft {
  /** What it is a draft of: one each. */
  readonly slot: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: unknown;
}

/** Drafts of others go. */
export function ownDrafts(owner: string): void {
  quietly(() => {
    if (localStorage.getItem(ownerKey) !== owner) forgetDrafts();
    localStorage.setItem(ownerKey, owner);
  });
}

export function forgetDrafts(): void {
  quietly(() => {
    for (const key of [ownerKey, ...keys()]) localStorage.removeItem(key);
  });
}

/** The newest first. */
export function draftsOf(owner: string): readonly StoredDraft[] {
  const read = (): readonly StoredDraft[] =>
    localStorage.getItem(ownerKey) === owner ? keys(owner).flatMap(readDraft) : [];
  return [...(quietly(read) ?? [])].sort((one, other) => other.at - one.at);
}

/** Takes the place of the one that is there. @returns whether it is kept: not one that is too long, nor for who is signed in no more */
export function keepDraft(owner: string, draft: StoredDraft): boolean {
  const text = JSON.stringify(draft);
  if (text.length > mostCharacters) return false;
  const keep = (): boolean => {
    if (localStorage.getItem(ownerKey) !== owner) return false;
    localStorage.setItem(keyOf(owner, draft.slot), text);
    for (const { slot } of draftsOf(owner).slice(mostDrafts)) dropDraft(owner, slot);
    return true;
  };
  return quietly(keep) ?? false;
}

export function dropDraft(owner: string, slot: string): void {
  quietly(() => localStorage.removeItem(keyOf(owner, slot)));
}

const keyOf = (owner: string, slot: string): string => `${prefix}${owner}.${slot}`;

function keys(owner?: string): readonly string[] {
  const begin = owner === undefined ? prefix : keyOf(owner, '');
  return Object.keys(localStorage).filter((key) => key.startsWith(begin));
}

function readDraft(key: string): readonly StoredDraft[] {
  try {
    return [JSON.parse(localStorage.getItem(key) ?? '') as StoredDraft];
  } catch {
    return [];
  }
}

/** Storage may be off or full: then nothing survives a reload. */
function quietly<Result>(what: () => Result): Result | undefined {
  try {
    return what();
  } catch {
    return undefined;
  }
}
