import type { AgencyId } from './agencies.ts';
import type { Directory } from './directory.ts';
import { type HandledEvent, ownsEvent, readersOf } from './handling.ts';
import type { ParticipantCode } from './participants.ts';

/** Who is asked to answer: one of these agencies answers for all of them. */
export interface Asked {
  readonly participant: ParticipantCode;
  readonly agencies: readonly AgencyId[];
}

/**
 * Of whom an answer to this event is asked, an acknowledgement or what became of a recall (rules.md, Versions): at AMBER of one agency of
 * each participant, above it of each agency named; of nobody where it is for everybody, and never of its owner.
 */
export function askedOf(event: HandledEvent, directory: Directory): readonly Asked[] {
  if (event.tlp === 'CLEAR' || event.tlp === 'GREEN') return [];
  const readers = readersOf(event, directory).filter(({ id }) => !ownsEvent(id, event, directory));
  if (event.tlp !== 'AMBER') return readers.map(({ participant, id }) => ({ participant, agencies: [id] }));
  const byParticipant = Map.groupBy(readers, ({ participant }) => participant);
  return [...byParticipant].map(([participant, of]) => ({ participant, agencies: of.map(({ id }) => id) }));
}
