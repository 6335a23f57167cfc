import { addressOf } from '../address.ts';
import type { Kind } from '../kind.ts';
import referralExample from '../kinds/referral/example.json' with { type: 'json' };
import { referralMachine } from '../kinds/referral/machine.ts';
import { referral } from '../kinds/referral/rules.ts';
import repatriationExample from '../kinds/repatriation/example.json' with { type: 'json' };
import { repatriationMachine } from '../kinds/repatriation/machine.ts';
import { repatriation } from '../kinds/repatriation/rules.ts';
import { legalSteps } from './legal-steps.ts';
import type { Machine, StepEvent } from './machine.ts';

/** For tests: a kind with steps, its legal steps, and what a sound step to each state says beside. */
export interface SteppedKind {
  readonly name: string;
  readonly machine: Machine;
  readonly rules: Kind['rules'];
  readonly legal: ReadonlySet<string>;
  readonly first: Record<string, unknown>;
  /** One agency of each side, and strangers: undefined. */
  readonly agencies: Readonly<Record<string, string | undefined>>;
  readonly says: Readonly<Record<string, Record<string, unknown>>>;
}

const reception = { office: 'Oficina de recepción de ejercicio', withGuardian: 2, withAgency: 1 };

export const steppedKinds: readonly SteppedKind[] = [
  {
    name: 'repatriation',
    machine: repatriationMachine,
    rules: repatriation.rules,
    legal: new Set(legalSteps.repatriation),
    first: repatriationExample.data,
    agencies: {
      'mx-inm': 'SENDING',
      'mx-dif': 'SENDING',
      'ni-dgme': 'RECEIVING',
      'iom-regional': 'ORGANIZATION',
      'hn-inm': undefined,
    },
    says: {
      PROPOSED: {},
      ACKNOWLEDGED: {},
      CONFIRMED: { reception },
      IN_TRANSIT: {},
      RECEIVED: {},
      FOLLOW_UP: {},
      REFUSED: { reason: 'NATIONALITY_NOT_VERIFIED' },
      SUSPENDED: { reason: 'TRANSPORT' },
    },
  },
  {
    name: 'referral',
    machine: referralMachine,
    rules: referral.rules,
    legal: new Set(legalSteps.referral),
    first: referralExample.data,
    agencies: { 'gt-pgn': 'REFERRER', 'unhcr-americas': 'ADDRESSEE', 'mx-comar': undefined },
    says: {
      REFERRED: {},
      ACCEPTED: {},
      DECLINED: { reason: 'NO_CAPACITY' },
      CLOSED: { outcome: 'ASSISTED' },
    },
  },
];

/** What every step says of itself, and nothing of it is taken over from the one before. */
const ofTheStep: readonly string[] = ['reason', 'outcome'];

const firstAt = Date.UTC(2026, 2, 4, 12);
let made = 0;

/**
 * A step by this agency that follows `last` and says what it said, but for `change`; its readers are all that the record names. Ids are
 * never used twice; each is accepted a minute after the one before.
 */
export function nextStep(
  { machine, first }: Pick<SteppedKind, 'machine' | 'first'>,
  last: StepEvent | undefined,
  agency: string,
  change: Record<string, unknown>,
): StepEvent {
  made++;
  const kept = Object.entries(last?.data ?? first).filter(([name]) => !ofTheStep.includes(name));
  const follows = last === undefined ? null : addressOf(last.agency, last.id);
  const data = { ...Object.fromEntries(kept), follows, ...change };
  const named = Object.values(machine.sides(last?.data ?? data)).flat();
  const readers = named.filter((reader) => reader !== agency).join(',');
  return {
    agency,
    id: `step-${made}`,
    tlp: 'AMBER_STRICT',
    readers,
    acceptedAt: firstAt + made * 60_000,
    data,
  };
}

/** A step to this state that is sound by itself, whether it may be taken or not. */
export function soundStep(
  kind: SteppedKind,
  last: StepEvent | undefined,
  agency: string,
  state: string,
): StepEvent {
  return nextStep(kind, last, agency, { state, ...kind.says[state] });
}
