import type { Audit, Audited } from '@puebla/kit';
import { addressOf, isAudited, type KindName, mustBeAudited, type Reader, type Tlp } from '@puebla/schemas';

/** What the audit says of an event that is shown. */
export interface OpenedEvent {
  readonly agency: string;
  readonly id: string;
  readonly kind: KindName;
  readonly tlp: Tlp;
}

/**
 * Tells the audit that a reader opens these events, as far as that is told (AMBER and above). Before they are sent: rejects with
 * ProblemError unavailable when one of them must not be read without an entry (AMBER_STRICT, RED) and the log does not take it.
 */
export async function tellOpened(
  audit: Audit,
  reader: Reader,
  events: readonly OpenedEvent[],
): Promise<void> {
  if (!reader.signedIn) return;
  const { agency, person } = reader;
  const acts = events
    .filter(({ tlp }) => isAudited(tlp))
    .map((event): Audited & Pick<OpenedEvent, 'tlp'> => ({
      what: 'read',
      agency,
      ...(person && { person }),
      event: addressOf(event.agency, event.id),
      kind: event.kind,
      tlp: event.tlp,
    }));
  const strict = acts.filter(({ tlp }) => mustBeAudited(tlp));
  if (strict.length > 0) await audit.write(strict);
  for (const act of acts) if (!mustBeAudited(act.tlp)) audit.note(act);
}
