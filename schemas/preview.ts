import type { AgencyId } from './agencies.ts';
import { resolveAudience } from './audience.ts';
import type { Tlp } from './code-lists.ts';
import type { ActiveAgency, Directory } from './directory.ts';
import { type HandledEvent, readersOf } from './handling.ts';
import type { Kind } from './kind.ts';
import type { ParticipantCode, Status } from './participants.ts';
import { violation } from './rule-codes.ts';
import type { ValidEvent } from './validate.ts';
import type { Violation } from './violation.ts';

/** Who would read an event if it were published now. Names agencies, never who of them is cleared. */
export interface Preview {
  /** Whoever is not signed in reads it too. */
  readonly public: boolean;
  /** As it would be stamped; null where the marking alone says who reads. */
  readonly readers: string | null;
  readonly participants: readonly {
    readonly participant: ParticipantCode;
    readonly status: Status;
    readonly agencies: readonly AgencyId[];
  }[];
  /** How many agencies. */
  readonly agencies: number;
  /** Codes `unusual/...`: it may be sent all the same; and `content/doubtful` with its span: when it is confirmed with a reason. */
  readonly warnings: readonly Violation[];
}

/** @param readers as `canPublish` has resolved them */
export function previewOf(
  agency: ActiveAgency,
  kind: Kind,
  event: ValidEvent,
  readers: string | undefined,
  directory: Directory,
): Preview {
  const meant = readersOf(handled(agency.id, event.tlp, readers), directory);
  const byParticipant = Map.groupBy(meant, ({ participant }) => participant);
  const usual = usualReaders(agency.id, kind, directory);
  const isUnusual = usual !== undefined && meant.some((reader) => !usual.includes(reader));
  const isWider = event.tlp === 'CLEAR' && kind.tlp !== 'CLEAR';
  return {
    public: event.tlp === 'CLEAR',
    readers: readers ?? null,
    participants: [...byParticipant].map(([participant, agencies]) => ({
      participant,
      status: directory.participants.get(participant) ?? 'GUEST',
      agencies: agencies.map(({ id }) => id),
    })),
    agencies: meant.length,
    warnings: [
      ...(event.doubts ?? []),
      ...(isWider ? [violation('unusual/public', '/tlp')] : []),
      ...(isUnusual && !isWider
        ? [violation('unusual/readers', event.audience === undefined ? '/tlp' : '/audience')]
        : []),
    ],
  };
}

/** Whom the kind's own marking reaches when nobody is named; undefined where that marking always names somebody. */
function usualReaders(
  agency: AgencyId,
  kind: Kind,
  directory: Directory,
): readonly ActiveAgency[] | undefined {
  const { readers, violations } = resolveAudience(undefined, kind.tlp, directory);
  return violations.length > 0 ? undefined : readersOf(handled(agency, kind.tlp, readers), directory);
}

function handled(agency: AgencyId, tlp: Tlp, readers: string | undefined): HandledEvent {
  return { agency, tlp, ...(readers === undefined ? {} : { readers }) };
}
