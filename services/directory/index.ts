import type { Service } from '@puebla/kit';
import { demoJwks } from '@puebla/kit';
import type { Agency, Participant } from '@puebla/schemas';
import { agencies, participantOf, participants } from '@puebla/schemas';
import express from 'express';

/**
 * The directory: who takes part, through which agencies, and the public keys that their tokens are checked
 * with. All of it is public (CLEAR); what is not (people, keys, dates of offices) has no route here.
 */

export interface DirectoryOptions {
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
export async function startDirectory(options: DirectoryOptions = {}): Promise<Service> {
  const jwks = options.home === undefined ? { keys: [] } : await demoJwks(options.home);
  const items = {
    agencies: { items: agencies.map(agencyItem) },
    participants: { items: participants.map(participantItem) },
  };

  const router = express.Router();
  router.use(['/v1/agencies', '/v1/participants', '/.well-known/jwks.json'], (_request, response, next) => {
    response.set('cache-control', `public, max-age=${maxAgeSeconds}`);
    next();
  });
  router.get('/v1/agencies', (_request, response) => void response.json(items.agencies));
  router.get('/v1/participants', (_request, response) => void response.json(items.participants));
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
        detail: `${agencies.length} agencies, ${jwks.keys.length} signing keys`,
      },
    ],
    close: async () => {},
  };
}

interface AgencyItem {
  readonly id: string;
  readonly participant: string;
  readonly status: Participant['status'];
  readonly roles: readonly ('publisher' | 'analyst')[];
  readonly name: Agency['name'];
}

function agencyItem({ id, participant, name }: Agency): AgencyItem {
  const found = participantOf(participant);
  if (found === undefined)
    throw new Error(`agency ${id} belongs to ${participant}, which is not a participant`);
  // rules.md, canPublish: every row excepts guests.
  const roles = found.status === 'GUEST' ? (['analyst'] as const) : (['publisher', 'analyst'] as const);
  return { id, participant, status: found.status, roles, name };
}

function participantItem({ code, status, name }: Participant) {
  return {
    code,
    status,
    name,
    agencies: agencies.filter((agency) => agency.participant === code).map((agency) => agency.id),
  };
}
