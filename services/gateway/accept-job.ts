import type { Codec } from '@puebla/kit';
import { ProblemError } from '@puebla/kit';
import type { AgencyId, Directory } from '@puebla/schemas';
import { type Accepted, accept } from './accept.ts';
import { isPlain, parseJson } from './body.ts';

/** What the request of a structured event says of it. Can be sent to a thread. */
export interface Job {
  readonly agency: AgencyId;
  /** When it came, epoch ms. */
  readonly now: number;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** Its id when it has none. */
  readonly fallbackId: string | undefined;
}

/** From bytes to the record for its lane. Throws ProblemError: agency-unknown, bad-json, and what `accept` throws. */
export function acceptJob(
  job: Job,
  body: Buffer,
  codec: Pick<Codec, 'encode'>,
  directory: Directory,
): Accepted {
  const agency = directory.agencies.get(job.agency);
  if (agency === undefined) throw new ProblemError('agency-unknown');
  return accept(parseJson(body), { ...job, agency, codec, directory, plain: isPlain(body) });
}
