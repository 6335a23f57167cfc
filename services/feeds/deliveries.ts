import type { Audit } from '@puebla/kit';
import {
  type AgencyId,
  addressOf,
  type EventHead,
  isAudited,
  mustBeAudited,
  type Reader,
} from '@puebla/schemas';

/** Tells the audit which agency gets which event, the first time that it does. */
export interface Deliveries {
  /** Before the event is shown. False: it must not be shown now, since it may not be without an entry (AMBER_STRICT, RED). */
  tell(reader: Reader, event: EventHead): boolean;
}

/** Some 20 MB at most. */
const maxRemembered = 200_000;

/** What is remembered of deliveries is bounded, and gone with the process: an entry may come twice, and the first one counts. */
export function createDeliveries(audit: Pick<Audit, 'note'>, max = maxRemembered): Deliveries {
  const delivered = createRemembered(max);
  return {
    tell(reader, { agency, id, kind, tlp }) {
      if (!isAudited(tlp) || !reader.signedIn || reader.agency === agency) return true;
      const event = addressOf(agency, id);
      if (delivered.has(reader.agency, event)) return true;
      const isTold = audit.note({ what: 'delivered', agency: reader.agency, event, kind, tlp });
      if (isTold) delivered.add(reader.agency, event);
      return isTold || !mustBeAudited(tlp);
    },
  };
}

/** Of more than `max` the older half is forgotten. */
function createRemembered(max: number) {
  let younger = new Set<string>();
  let older = new Set<string>();
  const keyOf = (agency: AgencyId, event: string): string => `${agency} ${event}`;
  return {
    has(agency: AgencyId, event: string): boolean {
      const key = keyOf(agency, event);
      return younger.has(key) || older.has(key);
    },
    add(agency: AgencyId, event: string): void {
      if (younger.size >= max / 2) {
        older = younger;
        younger = new Set();
      }
      younger.add(keyOf(agency, event));
    },
  };
}
