import type { AsSent } from '../../as-sent.ts';
import { compileAvro } from '../../avro-type.ts';
import { avroSchemas, type Referral, type ReferralState } from '../../generated.ts';
import { distinct } from '../../rules/lists.ts';
import type { Deadline, Machine, StepEvent } from '../../steps/machine.ts';
import { parseInstant } from '../../time.ts';

type Sent = AsSent<Referral>;
type Side = 'REFERRER' | 'ADDRESSEE';
type Row = readonly [from: ReferralState | null, by: Side, to: ReferralState];

const rows: readonly Row[] = [
  [null, 'REFERRER', 'REFERRED'],
  ['REFERRED', 'ADDRESSEE', 'ACCEPTED'],
  ['REFERRED', 'ADDRESSEE', 'DECLINED'],
  ['REFERRED', 'REFERRER', 'CLOSED'],
  ['ACCEPTED', 'ADDRESSEE', 'CLOSED'],
  ['ACCEPTED', 'REFERRER', 'CLOSED'],
];

/** The steps of a referral, between the agency that refers and the one that is asked. */
export const referralMachine: Machine = {
  transitions: rows.map(([from, by, to]) => ({ from, by, to })),
  type: compileAvro(avroSchemas.referral),
  sides: sidesOf,
  sets: {},
  deadline,
};

function sidesOf(data: Record<string, unknown>): Record<Side, string[]> {
  // Of the Avro type: it was checked, or decoded.
  const { from, to } = data as Sent;
  return { REFERRER: distinct([from]), ADDRESSEE: distinct([to]) };
}

function deadline(steps: readonly StepEvent[]): Deadline | undefined {
  const referral = (steps.at(-1)?.data ?? {}) as Sent;
  const at = parseInstant(referral.answerBy ?? '');
  return referral.state === 'REFERRED' && at !== undefined
    ? { by: 'ADDRESSEE', state: 'ACCEPTED', at }
    : undefined;
}
