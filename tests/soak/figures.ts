import type { Histories } from './history.ts';
import { type Outcome, outcomesOf } from './outcomes.ts';

/** What histories amount to, by name. */
export function figuresOf(histories: Histories): Record<string, number> {
  const { publishers, readers, looks, asked, directory } = histories;
  const outcomes = outcomesOf(publishers);
  const acknowledged = [...outcomes.values()].filter(({ state }) => state === 'acknowledged');
  const sequels = (what: string): number => acknowledged.filter(({ sequel }) => sequel?.what === what).length;
  const inState = (state: Outcome['state']): number =>
    outcomes.values().reduce((sum, outcome) => sum + Number(outcome.state === state), 0);
  const isMarked = (tlp: string): number =>
    outcomes.values().reduce((sum, { marking }) => sum + Number(marking.tlp === tlp), 0);
  const attempts = publishers.flat();
  const read = readers.flatMap(({ notes }) => notes);
  return {
    published: outcomes.size,
    ...Object.fromEntries(
      ['CLEAR', 'GREEN', 'AMBER', 'AMBER_STRICT', 'RED'].map((tlp) => [tlp, isMarked(tlp)]),
    ),
    acknowledged: inState('acknowledged'),
    refused: inState('refused'),
    open: inState('open'),
    attempts: attempts.filter(({ what }) => what === 'invoked').length,
    'attempts left open': attempts.filter(({ what }) => what === 'open').length,
    'streams and pages': read.filter(({ what }) => what === 'connected').length,
    'events seen': read.filter(({ what }) => what === 'seen').length,
    'nothing there, by address': read.filter(({ what }) => what === 'absent').length,
    'asked of the library meanwhile': looks.length,
    'asked who is to acknowledge': asked.length,
    'lines overdue': asked.reduce((sum, { lines }) => sum + lines.filter(({ overdue }) => overdue).length, 0),
    cases: acknowledged.filter(({ lane, follows }) => lane.startsWith('referral/') && !follows).length,
    versions: sequels('version'),
    acknowledgements: sequels('acknowledgement'),
    recalls: sequels('recall'),
    'cases taken back': acknowledged.filter(
      ({ lane, sequel }) => lane.startsWith('referral/') && sequel?.what === 'recall',
    ).length,
    decisions: acknowledged.filter(({ lane }) => lane.startsWith('decision/')).length,
    sponsored: acknowledged.filter(({ lane, sequel }) => lane === 'alert/RNCOM' && !sequel).length,
    withdrawn: read.filter(({ what }) => what === 'withdrawn').length,
    'void steps': attempts.filter((note) => note.what === 'acknowledged' && note.isVoid === true).length,
    'changes of the directory': directory.notes.length,
    'changes refused to who had handed over': directory.intrusions.length,
    gaps: read.filter(({ what }) => what === 'gap').length,
  };
}
