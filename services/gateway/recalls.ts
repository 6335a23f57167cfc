import { ProblemError, scopeFor } from '@puebla/kit';
import {
  type Asked,
  addressOf,
  askedToState,
  directoryAt,
  isAskedToState,
  missingStatements,
  type ParticipantCode,
  type Reader,
  type Recalled,
  type RecallStatus,
  recallStatus,
  statements,
} from '@puebla/schemas';
import express, { type Request, type Router } from 'express';
import type { Gateway } from './context.ts';

const maxReasonChars = 300;
const maxBodyBytes = 4 * 1024;
/** The newest are told of. */
const maxItems = 1_000;

/**
 * What was taken back (rules.md, Recall): `GET /v1/recalls`, to its owner, to who has taken it back and to the Secretariat with who of its
 * recipients has stated what and who is overdue; to a recipient with what is asked of himself. `POST /v1/recalls/{agency}/{id}/statement`
 * with `{ statement: "DELETED" }` or `{ statement: "CANNOT", reason }`, by a recipient; to anybody else it is not there.
 */
export function createRecallRoutes(gateway: Gateway): Router {
  const { directory, threadStates, statements: stated, verifier, recallAnswerMs: answerMs } = gateway;
  const router = express.Router({ strict: true, caseSensitive: true });

  const signedIn = async (
    request: Request,
    scope: 'publish' | 'read',
  ): Promise<Reader & { signedIn: true }> => {
    const { reader } = await verifier.authenticate(request.headers.authorization, scope);
    if (!reader.signedIn) throw new ProblemError('token-required');
    return reader;
  };
  const statusFor = (reader: Reader, recalled: Recalled): RecallStatus | undefined =>
    recallStatus(reader, recalled, stated.of(recalled.of), {
      atRecall: directoryAt(directory.register, recalled.at),
      today: directory.current(),
      now: Date.now(),
      answerMs,
    });

  router.use('/v1/recalls', (_request, response, next) => {
    response.set('Cache-Control', 'private, no-store');
    next();
  });
  router.get('/v1/recalls', async (request, response) => {
    const reader = await signedIn(request, scopeFor.readEvents);
    const told = [...threadStates.recalled.values()].flatMap((recalled) => statusFor(reader, recalled) ?? []);
    response.json({ items: told.toSorted((a, b) => b.time.localeCompare(a.time)).slice(0, maxItems) });
  });
  router.post(
    '/v1/recalls/:agency/:id/statement',
    express.json({ limit: maxBodyBytes, type: 'application/json' }),
    async (request, response) => {
      const reader = await signedIn(request, scopeFor.publish);
      const { agency, id } = request.params;
      const address = addressOf(String(agency), String(id));
      const recalled = threadStates.recalled.get(address);
      const isAsked =
        recalled !== undefined &&
        // His agency is asked: of what was RED nobody in it who is not cleared is told that it was there.
        statusFor(reader, recalled) !== undefined &&
        isAskedToState(reader, recalled, directoryAt(directory.register, recalled.at));
      if (!isAsked) throw new ProblemError('not-found');
      const said = statementIn(request.body);
      await stated.put({ of: address, agency: reader.agency, ...said, time: new Date().toISOString() });
      response.json(statusFor(reader, recalled));
    },
  );
  return router;
}

/**
 * How many statements are overdue of each participant. Who was asked is looked up once for each recall: it stays as it was.
 */
export function createRecallsOverdue(
  gateway: Pick<Gateway, 'directory' | 'threadStates' | 'statements' | 'recallAnswerMs'>,
): () => Map<ParticipantCode, number> {
  const { directory, threadStates, statements: stated, recallAnswerMs } = gateway;
  const asked = new WeakMap<Recalled, readonly Asked[]>();
  const askedFor = (recalled: Recalled): readonly Asked[] => {
    const known = asked.get(recalled) ?? askedToState(recalled, directoryAt(directory.register, recalled.at));
    asked.set(recalled, known);
    return known;
  };
  return () => {
    const counts = new Map<ParticipantCode, number>();
    for (const recalled of threadStates.recalled.values()) {
      if (Date.now() <= recalled.at + recallAnswerMs) continue;
      for (const { participant } of missingStatements(askedFor(recalled), stated.of(recalled.of)))
        counts.set(participant, (counts.get(participant) ?? 0) + 1);
    }
    return counts;
  };
}

/** Throws ProblemError bad-request. */
function statementIn(body: unknown): { statement: (typeof statements)[number]; reason: string | null } {
  const { statement: sent, reason = null }: { statement?: unknown; reason?: unknown } = Object(body);
  const statement = statements.find((one) => one === sent);
  const isReason = typeof reason === 'string' && reason.trim() !== '' && reason.length <= maxReasonChars;
  if (statement === 'DELETED' && reason === null) return { statement, reason };
  if (statement === 'CANNOT' && isReason) return { statement, reason };
  throw new ProblemError('bad-request', {
    detail: `statement: DELETED, or CANNOT with a reason of 1 to ${maxReasonChars} characters`,
  });
}
