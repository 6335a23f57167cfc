import type { AsSent } from '../../as-sent.ts';
import { crossingPointOf, crossingPoints } from '../../crossing-points.ts';
import type { Repatriation } from '../../generated.ts';
import { isWithin } from '../../local-time.ts';
import { violation } from '../../rule-codes.ts';
import { parseInstant } from '../../time.ts';
import type { Violation } from '../../violation.ts';
import { type AgreedPair, agreedPairOf } from './agreements.ts';

type Sent = AsSent<Repatriation>;

/** Steps that say when and where people will be handed over; later ones tell what was agreed then, whatever the table says by now. */
const planning: ReadonlySet<string> = new Set(['PROPOSED', 'CONFIRMED']);

/** The date, the hour and the place; as the agreement of the two has them, where there is one. */
export function transferRules(notice: Sent): Violation[] {
  const { transfer } = notice;
  if (transfer === null || transfer === undefined) return [violation('required', '/data/transfer')];
  const found: Violation[] = [];
  if (typeof transfer.at !== 'string') found.push(violation('required', '/data/transfer/at'));
  if (transfer.point === undefined || transfer.point === '')
    found.push(violation('required', '/data/transfer/point'));
  if (found.length > 0 || !planning.has(notice.state ?? '')) return found;
  const pair = agreedPairOf(notice.sending?.participant, notice.receiving?.participant);
  return [...agreementRules(notice, pair), ...pointRules(notice, pair), ...hourRules(notice, pair)];
}

function agreementRules({ agreement }: Sent, pair: AgreedPair | undefined): Violation[] {
  const expected = pair?.agreement;
  return (agreement ?? undefined) === expected
    ? []
    : [violation('repatriation/agreement', '/data/agreement', expected === undefined ? [] : [expected])];
}

function pointRules({ receiving, transfer }: Sent, pair: AgreedPair | undefined): Violation[] {
  const inReceivingState = crossingPoints
    .filter(({ country }) => country === receiving?.participant)
    .map(({ id }) => id);
  const allowed = pair?.points ?? inReceivingState;
  return allowed.includes(transfer?.point ?? '')
    ? []
    : [violation('repatriation/point', '/data/transfer/point', allowed)];
}

function hourRules({ transfer }: Sent, pair: AgreedPair | undefined): Violation[] {
  const at = parseInstant(transfer?.at ?? '');
  const zone = crossingPointOf(transfer?.point ?? '')?.zone;
  if (pair === undefined || at === undefined || zone === undefined) return [];
  const { from, to } = pair.hours;
  return isWithin(at, pair.hours, zone)
    ? []
    : [violation('repatriation/hours', '/data/transfer/at', [`${from}-${to} ${zone}`])];
}
