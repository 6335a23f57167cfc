import type { IncomingMessage } from 'node:http';
import { asProblem, ProblemError } from '@puebla/kit';
import type { Accepted } from './accept.ts';
import { recordConfirmed, tellPublished } from './audited.ts';
import type { Author, Gateway } from './context.ts';
import { answerFor, hasSequel } from './in-thread.ts';
import type { Answer } from './receipt.ts';

/** Takes an event to the log and makes its answer, without a promise where none is needed. Throws ProblemError, or tells it. */
export function publish(
  gateway: Gateway,
  agency: Author,
  accepted: Accepted,
  req: IncomingMessage,
  done: (answer: Answer | ProblemError) => void,
): void {
  if (accepted.confirmed === undefined) {
    send(gateway, agency, accepted, req, done);
    return;
  }
  recordConfirmed(gateway, agency, accepted)
    .then(() => send(gateway, agency, accepted, req, done))
    .catch((error: unknown) => done(asProblem(error)));
}

/** The same for whoever waits. Rejects with ProblemError. */
export async function published(
  gateway: Gateway,
  agency: Author,
  accepted: Accepted,
  req: IncomingMessage,
): Promise<Answer> {
  const answer = await new Promise<Answer | ProblemError>((resolve) => {
    publish(gateway, agency, accepted, req, resolve);
  });
  if (answer instanceof ProblemError) throw answer;
  return answer;
}

function send(
  gateway: Gateway,
  agency: Author,
  accepted: Accepted,
  req: IncomingMessage,
  done: (answer: Answer | ProblemError) => void,
): void {
  const { publisher, receipts, metrics } = gateway;
  const { kind, event } = accepted;
  publisher.publish(event, (outcome, again) => {
    if (outcome instanceof ProblemError) {
      done(outcome);
      return;
    }
    metrics.published.inc({ kind: kind.name, participant: agency.participant });
    if (!again) tellPublished(gateway.audit, agency, accepted);
    if (!again && !hasSequel(gateway, accepted)) {
      done(receipts.fresh(agency, accepted, outcome));
      return;
    }
    answerFor(gateway, agency, accepted, { kept: outcome, again }, req.headers.authorization).then(
      done,
      (error: unknown) => done(asProblem(error)),
    );
  });
}
