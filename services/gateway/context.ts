import type { IncomingMessage } from 'node:http';
import {
  type Audit,
  type Codec,
  type CurrentDirectory,
  type FollowedThreads,
  type Log,
  type Metrics,
  ProblemError,
  type Scope,
  type SignedCaller,
  scopeFor,
  type Verifier,
} from '@puebla/kit';
import { type ActiveAgency, notPublisher, type PersonId, participantOf } from '@puebla/schemas';
import type { AcceptPool } from './accept-pool.ts';
import { createRefusals } from './audited.ts';
import type { Bodies } from './body.ts';
import type { Drafts } from './drafts.ts';
import type { Lately } from './lately.ts';
import type { Publisher } from './publisher.ts';
import type { Receipts } from './receipt.ts';
import type { Statements } from './statements.ts';
import type { Threads } from './threads.ts';

/** What the routes of the gateway work with. */
export interface Gateway {
  readonly audit: Audit;
  readonly bodies: Bodies;
  readonly codec: Codec;
  readonly directory: CurrentDirectory;
  readonly pool: AcceptPool;
  readonly publisher: Publisher;
  readonly receipts: Receipts;
  readonly threads: Threads;
  readonly threadStates: Pick<FollowedThreads, 'of' | 'write' | 'recalled' | 'caughtUp'>;
  readonly statements: Statements;
  /** How long the recipients of an event that was taken back have to say what they did. */
  readonly recallAnswerMs: number;
  readonly drafts: Drafts;
  readonly lately: Lately;
  readonly verifier: Verifier;
  readonly log: Log;
  readonly metrics: Metrics;
  /** An upload on whose connection nothing moves for this long is ended: a client that stops does not hold a slot. */
  readonly uploadIdleMs: number;
  /** Whether the lane of this participant was read back: before, no event is taken for it. */
  readonly laneReady: (partition: number) => boolean;
}

/** The agency that publishes, and who acts for it; no person where it is one of its systems. */
export interface Author extends ActiveAgency {
  readonly person?: PersonId;
}

/** Who publishes; at once when the token is known. Throws (or rejects with) ProblemError, SignInError. */
export function publisherOf(
  gateway: Gateway,
  req: IncomingMessage,
  scope: Scope = scopeFor.publish,
): Author | Promise<Author> {
  const caller = gateway.verifier.authenticate(req.headers.authorization, scope, req.socket);
  return caller instanceof Promise
    ? caller.then((signed) => agencyThatPublishes(gateway, signed))
    : agencyThatPublishes(gateway, caller);
}

/** What was published in this lane is known, and so is what was not. Throws ProblemError unavailable. */
export function requireRead({ laneReady }: Pick<Gateway, 'laneReady'>, lane: number): void {
  if (laneReady(lane)) return;
  throw new ProblemError('unavailable', {
    detail: 'the identities of the last 24 hours are being read back',
    retryAfterSeconds: 1,
  });
}

/** Throws ProblemError token-required, not-permitted, agency-unknown, unavailable. */
function agencyThatPublishes(gateway: Gateway, { reader }: SignedCaller): Author {
  if (!reader.signedIn) throw new ProblemError('token-required');
  if (!reader.roles.includes('publisher')) {
    const problem = new ProblemError('not-permitted', { violations: [notPublisher] });
    const refusals = createRefusals(gateway.audit, {
      id: reader.agency,
      ...(reader.person && { person: reader.person }),
    });
    refusals.add(problem);
    refusals.tell();
    throw problem;
  }
  const agency = gateway.directory.current().agencies.get(reader.agency);
  const lane = agency === undefined ? undefined : participantOf(agency.participant)?.lane;
  if (agency === undefined || lane === undefined) throw new ProblemError('agency-unknown');
  requireRead(gateway, lane);
  // The directory's own object for a system: nothing is made for each request.
  return reader.person === undefined ? agency : { ...agency, person: reader.person };
}
