import { LRUCache } from 'lru-cache';
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider';

/** Of each kind of thing (codes, refresh tokens ...); a flood of one kind pushes out nothing of another. */
const maxOfEach = 10_000;

/**
 * What the issuer remembers, in memory: a restart forgets codes and refresh tokens, so that people sign in again when their token has ended,
 * and nothing else. Access tokens are not in it: they are good until they end. Nor are sessions: each sign-in asks who one is, and on a
 * machine that several use there is nothing to sign out of but the client.
 */
export function createStore(maxEntries = maxOfEach): (model: string) => Adapter {
  const adapters = new Map<string, Adapter>();
  return (model) => {
    const adapter = adapters.get(model) ?? (model === 'Session' ? forgetful : createAdapter(maxEntries));
    adapters.set(model, adapter);
    return adapter;
  };
}

/** Sessions, and what is looked up in ways of flows that are off. */
const nothing = async (): Promise<undefined> => undefined;
export const forgetful: Adapter = {
  upsert: nothing,
  find: nothing,
  findByUid: nothing,
  findByUserCode: nothing,
  consume: nothing,
  destroy: nothing,
  revokeByGrantId: nothing,
};

function createAdapter(max: number): Adapter {
  const entries = new LRUCache<string, AdapterPayload>({ max });
  return {
    ...forgetful,
    async upsert(id, payload, expiresIn) {
      entries.set(id, payload, expiresIn === undefined ? {} : { ttl: expiresIn * 1_000 });
    },
    async find(id) {
      return entries.get(id);
    },
    /** Of two that use one code or refresh token at the same moment one alone goes on: it was looked at before this. */
    async consume(id) {
      const payload = entries.get(id);
      if (payload === undefined || payload.consumed) throw new errors.InvalidGrant('already used');
      payload.consumed = Math.floor(Date.now() / 1_000);
    },
    async destroy(id) {
      entries.delete(id);
    },
    async revokeByGrantId(grantId) {
      for (const [id, payload] of entries) if (payload.grantId === grantId) entries.delete(id);
    },
  };
}
