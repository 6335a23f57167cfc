import { answerError, type Handler, ProblemError, scopeFor } from '@puebla/kit';
import { lapsed, previewOf } from '@puebla/schemas';
import { maxEventBytes, permitted } from './accept.ts';
import { sendJson } from './answer.ts';
import { parseJson } from './body.ts';
import { type Gateway, publisherOf } from './context.ts';
import { modeOf } from './modes.ts';

/** `POST /v1/events/preview`: who would read this event, without publishing it. One structured event; refused as it would be. */
export function createPreview(gateway: Gateway): Handler {
  const { bodies, directory, lately, log, metrics } = gateway;
  return (req, res) => {
    const fail = (error: unknown): void => answerError(error, res, log, metrics);
    const answer = async (): Promise<void> => {
      if (modeOf(req.headers) !== 'structured') {
        throw new ProblemError('media-type', { detail: 'accepted: application/cloudevents+json' });
      }
      const agency = await publisherOf(gateway, req, scopeFor.preview);
      bodies.read(req, maxEventBytes, (body) => {
        try {
          if (body instanceof ProblemError) throw body;
          const today = directory.current();
          const now = Date.now();
          const { kind, event, ...permission } = permitted(parseJson(body), {
            agency,
            directory: today,
            now,
          });
          const violations = lapsed(event, now);
          if (violations.length > 0) throw new ProblemError('invalid', { violations });
          const own = lately.of(agency.id, kind);
          sendJson(res, 200, previewOf(agency, kind, event, permission, today, own));
        } catch (error) {
          fail(error);
        }
      });
    };
    answer().catch(fail);
  };
}
