import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** What is kept of somebody who is signed in. Nothing of it is ever sent to the browser but the two names. */
export interface Session {
  readonly agency: string;
  readonly person: string | undefined;
  readonly tokens: Tokens;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string | undefined;
  /** Epoch milliseconds at which `access` ends. */
  readonly expiresAt: number;
}

export interface Sessions {
  /** @returns the name of the session: what its cookie holds */
  open(session: Session): string;
  find(id: string): Session | undefined;
  renew(id: string, tokens: Tokens): void;
  /** Ends one; gives what it was. */
  end(id: string): Session | undefined;
  /** Ends all sessions of the one whose session this is; gives what they were. */
  endAll(id: string): readonly Session[];
  close(): void;
}

const maxSessions = 10_000;
/** A working day, as long as its refresh token lives (`services/directory/sign-in`). */
export const sessionSeconds = 8 * 60 * 60;
const idBytes = 32;

/** Who is signed in, in memory: a restart ends all sessions, as it ends the embedded issuer's refresh tokens. */
export function createSessions(): Sessions {
  const kept = new LRUCache<string, Session>({
    max: maxSessions,
    ttl: sessionSeconds * 1_000,
    noUpdateTTL: true,
  });
  const end = (id: string): Session | undefined => {
    const session = kept.get(id);
    kept.delete(id);
    return session;
  };
  return {
    open(session) {
      const id = randomBytes(idBytes).toString('base64url');
      kept.set(id, session);
      return id;
    },
    find: (id) => kept.get(id),
    renew(id, tokens) {
      const session = kept.get(id);
      if (session !== undefined) kept.set(id, { ...session, tokens });
    },
    end,
    endAll(id) {
      const own = kept.get(id);
      if (own === undefined) return [];
      const same = [...kept.entries()].filter(
        ([, { agency, person }]) => agency === own.agency && person === own.person,
      );
      return same.flatMap(([each]) => end(each) ?? []);
    },
    close: () => kept.clear(),
  };
}
