import type { AgencyId } from './agencies.ts';
import { resolveAudience } from './audience.ts';
import type { Tlp } from './code-lists.ts';
import type { ActiveAgency, Directory } from './directory.ts';
import { type HandledEvent, type Permission, readersOf } from './handling.ts';
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
  /** The agency whose releaser signs before it is published; null where one signature is enough. */
  readonly signer: AgencyId | null;
  /** Codes `unusual/...`: it may be sent all the same; and `content/doubtful` with its span: when it is confirmed with a reason. */
  readonly warnings: readonly Violation[];
}

type Permitted = Extract<Permission, { readonly ok: true }>;

/** How an event was marked when it was published. */
export type Marking = Pick<HandledEvent, 'tlp' | 'readers'>;

/** An agency that has published fewer of a kind has nothing usual yet. */
const fewestToCompare = 20;

/**
 * @param permission as `canPublish` has given it
 * @param lately what the agency itself has published of this kind, as far as that is known
 */
export function previewOf(
  agency: ActiveAgency,
  kind: Kind,
  event: ValidEvent,
  { readers, signer }: Pick<Permitted, 'readers' | 'signer'>,
  directory: Directory,
  lately: readonly Marking[],
): Preview {
  const meant = readersOf(handled(agency.id, event.tlp, readers), directory);
  const byParticipant = Map.groupBy(meant, ({ participant }) => participant);
  const usual = usualReaders(agency.id, kind, directory);
  const isUnusual = usual !== undefined && meant.some((reader) => !usual.includes(reader));
  const isWider = event.tlp === 'CLEAR' && kind.tlp !== 'CLEAR';
  const named = event.audience === undefined ? '/tlp' : '/audience';
  return {
    public: event.tlp === 'CLEAR',
    readers: readers ?? null,
    participants: [...byParticipant].map(([participant, agencies]) => ({
      participant,
      status: directory.participants.get(participant) ?? 'GUEST',
      agencies: agencies.map(({ id }) => id),
    })),
    agencies: meant.length,
    signer: signer ?? null,
    warnings: [
      ...(event.doubts ?? []),
      ...(isWider ? [violation('unusual/public', '/tlp')] : []),
      ...(isUnusual && !isWider ? [violation('unusual/readers', named)] : []),
      ...(isNewTo(agency.id, event.tlp, meant, directory, lately)
        ? [violation('unusual/agency', named)]
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

/** Whether somebody would read it who could read none of what the agency has published lately. */
function isNewTo(
  agency: AgencyId,
  tlp: Tlp,
  meant: readonly ActiveAgency[],
  directory: Directory,
  lately: readonly Marking[],
): boolean {
  if (lately.length < fewestToCompare) return false;
  if (tlp === 'CLEAR' && lately.every((marking) => marking.tlp !== 'CLEAR')) return true;
  const distinct = new Map(lately.map((marking) => [`${marking.tlp} ${marking.readers ?? ''}`, marking]));
  const reached = new Set(
    [...distinct.values()].flatMap((marking) =>
      readersOf(handled(agency, marking.tlp, marking.readers), directory),
    ),
  );
  return meant.some((reader) => !reached.has(reader));
}

function handled(agency: AgencyId, tlp: Tlp, readers: string | undefined): HandledEvent {
  return { agency, tlp, ...(readers === undefined ? {} : { readers }) };
}
