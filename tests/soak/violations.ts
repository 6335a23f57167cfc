import type { EventKey } from './history.ts';

/** Stable: reports and tests name them. */
export type ViolationCode =
  /** An acknowledged event that no reader has seen, although one may. */
  | 'lost'
  /** An acknowledged event that others have seen, and this reader, who may, has not. */
  | 'silent-gap'
  /** A reader was told of a gap, in a run in which nothing expires. */
  | 'gap-without-reason'
  | 'seen-twice'
  /** Seen again after going on from a cursor behind it. */
  | 'seen-before-cursor'
  /** A reader went on from a cursor that is not the last it was given. */
  | 'resumed-elsewhere'
  /** Before an event of its lane that was acknowledged before this one was sent. */
  | 'out-of-order'
  /** Two readers have seen one lane in different orders. */
  | 'lanes-differ'
  | 'refused-seen'
  /** An open outcome that some readers have seen and others, who may, have not. */
  | 'open-differs'
  | 'never-sent'
  /** Seen by who may not. */
  | 'seen-unentitled'
  /** A version that has a newer one, by a reader who has not asked for the history. */
  | 'superseded-seen'
  /** Told that something was withdrawn which was never his, or which nobody has withdrawn from him. */
  | 'withdrawn-unentitled'
  /** Not told that he has lost what he could read. */
  | 'withdrawn-missing'
  | 'withdrawn-twice'
  /** An event behind the word that all of its thread was taken back. */
  | 'seen-after-withdrawn'
  /** Its marking or its readers are not what its publisher asked for, as the directory stood. */
  | 'stamped-wrong'
  /** Of an agency that had ended, or for one; or it goes on with what its sender may not read, or what was taken back. */
  | 'accepted-wrongly'
  /** It kept the contract, its publisher and its audience took part, and nothing stood against it. */
  | 'refused-wrongly'
  /** A stream or page of an agency that has ended. */
  | 'goes-on-after-end'
  /** Of two steps that follow the same one neither was said to be void. */
  | 'two-count'
  /** A step counts that came second, or is void that came first. */
  | 'void-wrongly'
  /** A step before the one that it follows. */
  | 'before-followed'
  /** Of whom an acknowledgement is asked, as its owner is told: of others, or not of all. */
  | 'asked-wrongly'
  /** An acknowledgement that was given is not shown to him, or one that was not is. */
  | 'answers-wrong'
  | 'overdue-wrongly'
  /** The directory was changed by who had handed over the office for it. */
  | 'changed-wrongly';

export interface Violation {
  readonly code: ViolationCode;
  readonly reader: string;
  /** The first events that show it, ten at most. */
  readonly events: readonly EventKey[];
  readonly count: number;
}

/** Takes what was found; nothing, when nothing was. */
export type Report = (code: ViolationCode, reader: string, events: readonly EventKey[]) => void;
