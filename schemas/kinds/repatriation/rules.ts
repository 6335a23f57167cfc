import type { Agency } from '../../agencies.ts';
import type { AsSent } from '../../as-sent.ts';
import type { Facets } from '../../facets.ts';
import type { Repatriation } from '../../generated.ts';
import type { KindRules } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { distinct, uniqueRules } from '../../rules/lists.ts';
import { requiredRules } from '../../rules/required.ts';
import { caseRules } from '../../steps/case-rules.ts';
import { followed } from '../../steps/followed.ts';
import { parseInstant } from '../../time.ts';
import type { Violation } from '../../violation.ts';
import { repatriationMachine } from './machine.ts';
import { partyRules } from './parties.ts';
import { peopleRules } from './people.ts';
import { safeguardRules } from './safeguards.ts';
import { transferRules } from './transfer.ts';

type Sent = AsSent<Repatriation>;

const maxOfficeLength = 300;

/** What one step says by itself; what it may follow is asked of the thread (`machine.ts`). */
function rules(data: Record<string, unknown>): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const notice = data as Sent;
  return [
    ...requiredRules(notice, ['status', 'state', 'familyUnity', 'consular', 'protection']),
    ...caseRules(notice, { state: 'PROPOSED', again: true }),
    ...partyRules(notice),
    ...peopleRules(notice),
    ...transferRules(notice),
    ...transportRules(notice),
    ...consularRules(notice),
    ...receptionRules(notice),
    ...reasonRules(notice),
    ...safeguardRules(notice),
  ];
}

function transportRules({ transport }: Sent): Violation[] {
  if (transport === undefined || transport.length === 0) return [violation('required', '/data/transport')];
  return uniqueRules<string | undefined>(
    transport,
    (mode) => mode,
    (i) => `/data/transport/${i}`,
  );
}

function consularRules({ consular }: Sent): Violation[] {
  if (consular === null || consular === undefined) return [];
  if (consular.state === undefined) return [violation('required', '/data/consular/state')];
  const isDated = typeof consular.at === 'string';
  return (consular.state === 'MADE') === isDated
    ? []
    : [violation('repatriation/consular', '/data/consular/at')];
}

function receptionRules({ reception }: Sent): Violation[] {
  const found: Violation[] = [];
  if ((reception?.office?.length ?? 0) > maxOfficeLength)
    found.push(violation('length', '/data/reception/office'));
  for (const name of ['withGuardian', 'withAgency'] as const) {
    if ((reception?.[name] ?? 0) < 0) found.push(violation('range', `/data/reception/${name}`));
  }
  return found;
}

function reasonRules({ state, reason }: Sent): Violation[] {
  if (state === undefined) return [];
  const needsOne = state === 'REFUSED' || state === 'SUSPENDED';
  const hasOne = typeof reason === 'string';
  return needsOne === hasOne ? [] : [violation('repatriation/reason', '/data/reason')];
}

/** The states of the two parties, and the day of the transfer. */
function facets(data: Record<string, unknown>): Facets {
  // Of the Avro type: it was checked, or decoded.
  const notice = data as Sent;
  const at = parseInstant(notice.transfer?.at ?? '') ?? null;
  return {
    countries: distinct([notice.sending?.participant, notice.receiving?.participant]),
    category: null,
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: [],
    from: at,
    to: at,
  };
}

/** rules.md, canPublish: the agencies named by the two parties. Whose turn it is, the thread says. */
function ofOneParty({ id }: Agency, data: Record<string, unknown>): Violation[] {
  const { sending, receiving } = data as Sent;
  return [sending, receiving].some((party) => party?.agencies?.includes(id))
    ? []
    : [violation('step/party', '/source')];
}

export const repatriation: KindRules = {
  title: { es: 'Aviso de repatriación', en: 'Repatriation notice' },
  publishers: { MEMBER: { tlp: ['AMBER_STRICT', 'RED'], condition: ofOneParty } },
  tlp: 'AMBER_STRICT',
  category: null,
  rules,
  facets,
  refersTo: followed,
  // Of single cases, in which a victim may be.
  ofVictims: () => true,
  machine: repatriationMachine,
};
