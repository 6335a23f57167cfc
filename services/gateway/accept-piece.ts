import type { ProblemCode, ProblemDetails } from '@puebla/kit';
import type { AgencyId, Kind, Reference } from '@puebla/schemas';
import type { Accepted } from './accept.ts';
import type { Job } from './accept-job.ts';

/** What goes to a thread at once; the bodies lie one behind the other. */
export interface Piece {
  readonly jobs: readonly Job[];
  readonly lengths: readonly number[];
  readonly bytes: ArrayBuffer;
}

/** What comes back, in the same order; so lie the contents of the records. */
export interface PieceDone {
  readonly outcomes: readonly Outcome[];
  readonly bytes: ArrayBuffer;
}

export type Outcome =
  | {
      readonly kind: string;
      readonly id: string;
      readonly digest: string;
      readonly topic: string;
      readonly partition: number;
      readonly length: number;
      readonly signer: AgencyId | undefined;
      readonly reviewer: AgencyId | undefined;
      readonly lapsed?: Accepted['lapsed'];
      readonly confirmed?: Accepted['confirmed'];
      readonly handling?: Accepted['handling'];
    }
  /** ThreadNeeded. */
  | { readonly kind: Kind['name']; readonly refersTo: Reference }
  | { readonly code: ProblemCode; readonly details: ProblemDetails }
  /** An error of ours, for the log. */
  | { readonly fault: string };

/** One behind the other, in memory of their own that can be handed to another thread. */
export function joined(pieces: readonly Buffer[]): ArrayBuffer {
  const all = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) at += piece.copy(all, at);
  return all.buffer;
}
