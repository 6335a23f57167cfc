import {
  type Audit,
  type CurrentDirectory,
  type FollowedDirectory,
  type FollowedKeys,
  type Kafka,
  type Log,
  ProblemError,
  type Service,
  scopeFor,
  type Verifier,
} from '@puebla/kit';
import {
  type ActiveAgency,
  type AgencyId,
  type Collection,
  collections,
  type Directory,
  participantOfAgency,
  participants,
  type Register,
  watchesExchange,
} from '@puebla/schemas';
import express, { type Request } from 'express';
import { type Changes, createChanges } from './changes.ts';
import { embeddedIssuer } from './sign-in/index.ts';

/**
 * The directory: who takes part, through which agencies and as what, and the public keys that tokens are checked with. Its source of
 * truth is a compacted topic, which every service follows; this one alone writes it.
 */

export interface DirectoryOptions {
  readonly directory: CurrentDirectory;
  readonly verifier: Verifier;
  /** Where it is kept, and what it begins with; without it nothing can be changed. */
  readonly kept?: {
    readonly kafka: Kafka;
    readonly directory: FollowedDirectory;
    readonly topic: string;
    readonly seed: Register;
    readonly audit: Audit;
    /** Rows of one participant in one collection. */
    readonly mostRows?: number | undefined;
  };
  /** The embedded issuer: PUEBLA_HOME, its keys, and where clients reach the exchange. Without it tokens come from elsewhere. */
  readonly signIn?: { readonly home: string; readonly keys: FollowedKeys; readonly url: () => string };
  readonly log: Log;
}

/** Verifiers keep keys for minutes anyway. */
const keysMaxAgeSeconds = 300;
const maxRowBytes = 16 * 1024;

/**
 * Routes: `GET /v1/agencies`, `GET /v1/participants`, `GET /.well-known/jwks.json` (RFC 7517), open to all; those of the embedded
 * issuer (`sign-in/`);
 * `GET /v1/directory/{collection}`, its rows with their dates, `people` to focal points of the participant and to the Secretariat's,
 * `clearances` to focal points of the participant alone, `outages` and `habits` to the participant and to operators;
 * `POST /v1/directory/{collection}`, a row to be added or changed (`changeOf` says by whom).
 *
 * @throws DemoKeyError when a key of the embedded issuer cannot be used
 */
export async function startDirectory(options: DirectoryOptions): Promise<Service> {
  const { directory, verifier, kept, signIn, log } = options;
  const publishedKeys = async () => (signIn === undefined ? { keys: [] } : signIn.keys.published());
  const changes = kept === undefined ? undefined : createChanges(kept);
  if (kept !== undefined) await changes?.seed(kept.seed);

  const router = express.Router();
  router.use(['/v1/agencies', '/v1/participants', '/v1/directory'], (_request, response, next) => {
    response.set('cache-control', 'no-cache');
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
  router.get('/v1/directory/:collection', async (request, response) => {
    const collection = collectionIn(request);
    const { reader } = await verifier.authenticate(request.headers.authorization, scopeFor.readDirectory);
    if (!reader.signedIn) throw new ProblemError('token-required');
    const { register } = directory;
    if (collection === 'outages' || collection === 'habits') {
      // Who is silent is for operators and the Secretariat (rules.md), and for each of itself.
      const seesAll = watchesExchange(reader, directory.current());
      const rows = register[collection].filter((row) => seesAll || row.participant === reader.participant);
      response.set('cache-control', 'private, no-store').json({ items: rows });
      return;
    }
    if (collection !== 'people' && collection !== 'clearances') {
      response.json({ items: register[collection] });
      return;
    }
    if (!reader.roles.includes('focal')) throw new ProblemError('not-permitted');
    // The Secretariat names first focal points; who is cleared (rules.md: never shown) is not hers to see.
    const seesAll =
      collection === 'people' && directory.current().offices.get('SECRETARIAT') === reader.agency;
    const isOwn = ({ agency }: { readonly agency: AgencyId }): boolean =>
      seesAll || participantOfAgency(agency)?.code === reader.participant;
    response.set('cache-control', 'private, no-store');
    response.json({ items: register[collection].filter(isOwn) });
  });
  if (changes !== undefined) mountChanges(router, changes, verifier);
  router.get('/.well-known/jwks.json', async (_request, response) => {
    const jwks = JSON.stringify(await publishedKeys());
    response.set('cache-control', `public, max-age=${keysMaxAgeSeconds}`);
    response.type('application/jwk-set+json').send(jwks);
  });
  if (signIn !== undefined) router.use(embeddedIssuer({ ...signIn, directory, log }));

  return {
    name: 'directory',
    router,
    checks: async () => {
      const { agencies } = directory.current();
      const ok = agencies.size > 0;
      const { keys } = await publishedKeys();
      return [{ name: 'directory', ok, detail: `${agencies.size} agencies, ${keys.length} signing keys` }];
    },
    close: async () => changes?.close(),
  };
}

function mountChanges(router: express.Router, changes: Changes, verifier: Verifier): void {
  router.post(
    '/v1/directory/:collection',
    express.json({ limit: maxRowBytes, type: 'application/json' }),
    async (request, response) => {
      const caller = await verifier.authenticate(request.headers.authorization, scopeFor.changeDirectory);
      if (request.is('application/json') === false)
        throw new ProblemError('media-type', { detail: 'accepted: application/json' });
      const entries = await changes.change(collectionIn(request), request.body, caller);
      response.json({ items: entries });
    },
  );
}

function collectionIn({ params }: Request): Collection {
  const collection = collections.find((name) => name === params['collection']);
  if (collection === undefined) throw new ProblemError('not-found');
  return collection;
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
