import type { AsSent } from '../../as-sent.ts';
import { compileAvro } from '../../avro-type.ts';
import { avroSchemas, type Repatriation, type RepatriationState } from '../../generated.ts';
import { distinct } from '../../rules/lists.ts';
import { type Deadline, type Machine, type StepEvent, stateOf } from '../../steps/machine.ts';
import { parseInstant } from '../../time.ts';
import { deadlinesOf } from './agreements.ts';
import { safeguardGate } from './safeguards.ts';

type Sent = AsSent<Repatriation>;
type Side = 'SENDING' | 'RECEIVING' | 'ORGANIZATION';
type Row = readonly [from: RepatriationState | null, by: Side, to: RepatriationState];

/** Either party may stop a return until people have arrived; a return that was stopped begins again with a new proposal. */
const rows: readonly Row[] = [
  [null, 'SENDING', 'PROPOSED'],
  ['PROPOSED', 'RECEIVING', 'ACKNOWLEDGED'],
  ['PROPOSED', 'RECEIVING', 'REFUSED'],
  ['PROPOSED', 'SENDING', 'SUSPENDED'],
  ['ACKNOWLEDGED', 'RECEIVING', 'CONFIRMED'],
  ['ACKNOWLEDGED', 'RECEIVING', 'REFUSED'],
  ['ACKNOWLEDGED', 'SENDING', 'SUSPENDED'],
  ['ACKNOWLEDGED', 'RECEIVING', 'SUSPENDED'],
  ['CONFIRMED', 'SENDING', 'IN_TRANSIT'],
  ['CONFIRMED', 'SENDING', 'SUSPENDED'],
  ['CONFIRMED', 'RECEIVING', 'SUSPENDED'],
  ['IN_TRANSIT', 'RECEIVING', 'RECEIVED'],
  ['IN_TRANSIT', 'SENDING', 'SUSPENDED'],
  ['IN_TRANSIT', 'RECEIVING', 'SUSPENDED'],
  ['SUSPENDED', 'SENDING', 'PROPOSED'],
  ['SUSPENDED', 'RECEIVING', 'REFUSED'],
  ['RECEIVED', 'RECEIVING', 'FOLLOW_UP'],
  ['FOLLOW_UP', 'RECEIVING', 'FOLLOW_UP'],
];

/** What is the sending party's to say, and to say anew with a new proposal. */
const terms = [
  'agreement',
  'people',
  'transfer',
  'transport',
  'specialNeeds',
  'familyUnity',
  'consular',
  'protection',
  'reception',
] as const;

const hourMs = 3_600_000;

/** The steps of a repatriation: `sides` are the agencies of each party, and the organization, which reads and takes no step. */
export const repatriationMachine: Machine = {
  transitions: rows.map(([from, by, to]) => ({ from, by, to })),
  type: compileAvro(avroSchemas.repatriation),
  sides: sidesOf,
  sets: { PROPOSED: terms, CONFIRMED: ['reception'] },
  gates: safeguardGate,
  deadline,
};

function sidesOf(data: Record<string, unknown>): Record<Side, string[]> {
  // Of the Avro type: it was checked, or decoded.
  const notice = data as Sent;
  return {
    SENDING: distinct(notice.sending?.agencies),
    RECEIVING: distinct(notice.receiving?.agencies),
    ORGANIZATION: distinct([notice.organization]),
  };
}

/** Answers are due some hours after the step before, and not after the transfer; departure and arrival go by the hour of the transfer. */
function deadline(steps: readonly StepEvent[]): Deadline | undefined {
  const last = steps.at(-1);
  if (last === undefined) return undefined;
  const notice = last.data as Sent;
  const transferAt = parseInstant(notice.transfer?.at ?? '') ?? Number.POSITIVE_INFINITY;
  const hours = deadlinesOf(notice.sending?.participant, notice.receiving?.participant);
  const after = (count: number, from: number): number => from + count * hourMs;
  const answer = (count: number): number => Math.min(after(count, last.acceptedAt), transferAt);
  const awaited: Readonly<Partial<Record<string, readonly [Side, RepatriationState, number]>>> = {
    PROPOSED: ['RECEIVING', 'ACKNOWLEDGED', answer(hours.acknowledge)],
    ACKNOWLEDGED: ['RECEIVING', 'CONFIRMED', answer(hours.confirm)],
    CONFIRMED: ['SENDING', 'IN_TRANSIT', transferAt],
    IN_TRANSIT: ['RECEIVING', 'RECEIVED', after(hours.receive, transferAt)],
    RECEIVED: ['RECEIVING', 'FOLLOW_UP', after(hours.followUp, last.acceptedAt)],
  };
  const row = awaited[stateOf(last) ?? ''];
  return row === undefined ? undefined : { by: row[0], state: row[1], at: row[2] };
}
