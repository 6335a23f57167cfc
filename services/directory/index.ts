import type { CurrentDirectory, Service } from '@puebla/kit';
import { demoJwks } from '@puebla/kit';
import { type ActiveAgency, type Directory, participants } from '@puebla/schemas';
import express from 'express';

/**
 * The directory: who takes part, through which agencies, and the public keys that their tokens are checked
 * with. All of it is public (CLEAR); what is not (people, keys, dates of offices) has no route here.
 */

export interface DirectoryOptions {
  readonly directory: CurrentDirectory;
  /** PUEBLA_HOME: in embedded mode, where the demonstration agencies' signing key is. Without it no key is published. */
  readonly home?: string;
}

/** The directory changes with a release; keys may change sooner, and verifiers keep them for minutes anyway. */
const maxAgeSeconds = 300;

/**
 * Routes: `GET /v1/agencies`, `GET /v1/participants`, `GET /.well-known/jwks.json` (RFC 7517).
 *
 * @throws DemoKeyError when the demonstration key cannot be used
 */
export async function startDirectory(options: DirectoryOptions): Promise<Service> {
  const { directory } = options;
  const jwks = options.home === undefined ? { keys: [] } : await demoJwks(options.home);
  const router = express.Router();
  router.use(['/v1/agencies', '/v1/participants', '/.well-known/jwks.json'], (_request, response, next) => {
    response.set('cache-control', `public, max-age=${maxAgeSeconds}`);
    next();
  });
  router.get(
    '/v1/agencies',
    (_request, response) => void response.json({ items: agencyItems(directory.current()) }),
  );
  router.get(
    '/v1/participants',
    (_request, response) => void response.json({ items: participantItems(directory.current()) }),
  );
  router.get('/.well-known/jwks.json', (_request, response) => {
    response.type('application/jwk-set+json').send(JSON.stringify(jwks));
  });

  return {
    name: 'directory',
    router,
    checks: async () => [
      {
        name: 'directory',
        ok: true,
        detail: `${directory.current().agencies.size} agencies, ${jwks.keys.length} signing keys`,
      },
    ],
    close: async () => {},
  };
}

interface AgencyItem extends ActiveAgency {
  readonly roles: readonly ('publisher' | 'analyst')[];
}

function agencyItems({ agencies }: Directory): AgencyItem[] {
  return [...agencies.values()].map((agency) => ({
    ...agency,
    // rules.md, canPublish: every row excepts guests.
    roles: agency.status === 'GUEST' ? ['analyst'] : ['publisher', 'analyst'],
  }));
}

function participantItems(directory: Directory) {
  const agencies = [...directory.agencies.values()];
  return participants.flatMap(({ code, name }) => {
    const status = directory.participants.get(code);
    if (status === undefined) return [];
    const ids = agencies.filter(({ participant }) => participant === code).map(({ id }) => id);
    return [{ code, status, name, agencies: ids }];
  });
}
