import { addressPattern } from './address.ts';
import { type AgencyId, participantOfAgency } from './agencies.ts';
import { type AuditedAct, auditedActs } from './audit.ts';
import { instantsOf, itemsOf } from './filter.ts';
import { violation } from './rule-codes.ts';
import { dayMs } from './time.ts';
import { pointerOf, type Violation } from './violation.ts';

/** Which entries of the audit are asked for; what is left out is not asked about. Lists mean "or". */
export interface AuditQuery {
  readonly what?: readonly AuditedAct[];
  readonly agency?: readonly AgencyId[];
  /** Addresses. */
  readonly event?: readonly string[];
  /** Epoch milliseconds, inclusive. */
  readonly from?: number;
  readonly to?: number;
}

export type ParsedAuditQuery =
  | { readonly ok: true; readonly query: AuditQuery }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/** The parameters of the audit, as they are written. */
export const auditParameters = ['what', 'agency', 'event', 'from', 'to'] as const;

/**
 * Reads what is asked of the audit from query parameters, as `parseFilter` does: commas and repeated parameters mean "or", nothing is
 * ignored. An event is named by its address, or `<agency>/<id>`.
 */
export function parseAuditQuery(params: URLSearchParams): ParsedAuditQuery {
  const violations: Violation[] = [];
  for (const name of new Set(params.keys())) {
    if (!auditParameters.some((known) => known === name))
      violations.push(violation('parameter', pointerOf([name]), auditParameters));
  }
  const list = <T extends string>(
    name: (typeof auditParameters)[number],
    read: (text: string) => T | undefined,
    broken: Violation,
  ): readonly T[] => {
    const items = itemsOf(params, name).map((item) => read(item.trim()));
    if (items.includes(undefined)) violations.push(broken);
    return items.filter((item) => item !== undefined);
  };
  const what = list('what', actNamed, violation('enum', '/what', auditedActs));
  const agency = list('agency', agencyNamed, violation('parameter/agency', '/agency'));
  const event = list('event', addressNamed, violation('parameter/address', '/event'));
  const from = instantsOf('from', itemsOf(params, 'from'), 0, violations);
  const to = instantsOf('to', itemsOf(params, 'to'), dayMs - 1, violations);
  const query: AuditQuery = {
    ...(what.length > 0 && { what }),
    ...(agency.length > 0 && { agency }),
    ...(event.length > 0 && { event }),
    ...(from.length > 0 && { from: Math.min(...from) }),
    ...(to.length > 0 && { to: Math.max(...to) }),
  };
  if (query.from !== undefined && query.to !== undefined && query.from > query.to)
    violations.push(violation('parameter/period', '/from'));
  return violations.length > 0 ? { ok: false, violations } : { ok: true, query };
}

function actNamed(text: string): AuditedAct | undefined {
  return auditedActs.find((act) => act === text);
}

function agencyNamed(text: string): AgencyId | undefined {
  return participantOfAgency(text) === undefined ? undefined : text;
}

function addressNamed(text: string): string | undefined {
  const address = text.startsWith('/') ? text : `/v1/events/${text}`;
  return addressPattern.test(address) ? address : undefined;
}
