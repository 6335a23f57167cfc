import { answerError, asLogRecord, type Handler, headOf, ProblemError, scopeFor } from '@puebla/kit';
import { type ActiveAgency, type Preview, previewOf } from '@puebla/schemas';
import { acceptPermitted, maxEventBytes, permitted } from './accept.ts';
import { sendJson } from './answer.ts';
import { parseJson } from './body.ts';
import { type Gateway, publisherOf } from './context.ts';
import { acceptWhereItBelongs } from './in-thread.ts';
import { modeOf } from './modes.ts';

/** `POST /v1/events/preview`: who would read this event, without publishing it. One structured event; refused as it would be. */
export function createPreview(gateway: Gateway): Handler {
  const { bodies, log, metrics } = gateway;
  return (req, res) => {
    const fail = (error: unknown): void => answerError(error, res, log, metrics);
    const answer = async (): Promise<void> => {
      if (modeOf(req.headers) !== 'structured') {
        throw new ProblemError('media-type', { detail: 'accepted: application/cloudevents+json' });
      }
      const agency = await publisherOf(gateway, req, scopeFor.preview);
      bodies.read(req, maxEventBytes, (body) => {
        preview(gateway, agency, body, req.headers.authorization)
          .then((seen) => sendJson(res, 200, seen))
          .catch(fail);
      });
    };
    answer().catch(fail);
  };
}

/** Accepted as it would be, since what it answers or goes on with may say who reads it; and shown what would be asked. */
async function preview(
  gateway: Gateway,
  agency: ActiveAgency,
  body: Buffer | ProblemError,
  authorization: string | undefined,
): Promise<Preview> {
  if (body instanceof ProblemError) throw body;
  const { codec, lately } = gateway;
  const directory = gateway.directory.current();
  const context = { agency, codec, directory, now: Date.now() };
  const allowed = permitted(parseJson(body), context);
  const { kind, event, signer } = allowed;
  const accepted = await acceptWhereItBelongs(gateway, authorization, (thread) =>
    acceptPermitted(allowed, { ...context, ...(thread && { thread }) }),
  );
  if (accepted.lapsed !== undefined) throw new ProblemError('invalid', { violations: accepted.lapsed });
  const { tlp, readers } = headOf(asLogRecord(accepted.event.record, { offset: 0, timestamp: 0 }));
  const own = lately.of(agency.id, kind);
  return previewOf(agency, kind, { ...event, tlp }, { readers, signer }, directory, own);
}
