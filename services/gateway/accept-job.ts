import type { Codec } from '@puebla/kit';
import { type Agency, agencyOf } from '@puebla/schemas';
import { type Accepted, accept } from './accept.ts';
import { isPlain, parseJson } from './body.ts';

/** What the request of a structured event says of it. Can be sent to a thread. */
export interface Job {
  readonly agency: Agency['id'];
  /** When it came, epoch ms. */
  readonly now: number;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** Its id when it has none. */
  readonly fallbackId: string | undefined;
}

/** From bytes to the record for its lane. Throws ProblemError: bad-json, and what `accept` throws. */
export function acceptJob(job: Job, body: Buffer, codec: Pick<Codec, 'encode'>): Accepted {
  const agency = agencyOf(job.agency);
  if (agency === undefined) throw new RangeError('an agency that is not in the directory');
  return accept(parseJson(body), { ...job, agency, codec, plain: isPlain(body) });
}
