import type { AgencyId } from './agencies.ts';
import type { Danger, Tlp } from './code-lists.ts';
import type { Office } from './directory.ts';
import type { KindName } from './kind.ts';
import type { ParticipantCode } from './participants.ts';

/** The attributes of an accepted event: what is decided and shown without decoding its body. */
export interface EventHead {
  readonly id: string;
  readonly agency: AgencyId;
  readonly participant: ParticipantCode;
  readonly kind: KindName;
  /** RFC 3339. */
  readonly time: string;
  readonly tlp: Tlp;
  /** CloudEvents `subject`, as the publisher gave it. */
  readonly subject?: string;
  readonly audience?: string;
  /** Participants and agencies, with commas between: whom its audience meant when it was accepted. */
  readonly readers?: string;
  readonly sponsor?: AgencyId;
  readonly office?: Office;
  /** Where a second signature was asked for: the agency that gave it. */
  readonly signedby?: AgencyId;
  readonly usecode?: string;
  /** RFC 3339: until when it asks to be acknowledged. */
  readonly ackby?: string;
  /** It went out with one signature, and a second person reviews it. */
  readonly danger?: Danger;
  /** `<agency>/<id>` of the first event of its thread. */
  readonly thread?: string;
  /** Of a version that is for others than the one before: that one, `<agency>/<id>`, and how it was handled. Told to nobody but who loses sight. */
  readonly replaces?: string;
  readonly replacedtlp?: Tlp;
  readonly replacedreaders?: string;
  /** What a recall takes back: `<agency>/<id>` of a thread's first event, or of an answer. */
  readonly recalls?: string;
  readonly traceparent?: string;
  readonly tracestate?: string;
}
