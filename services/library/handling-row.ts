import type { HandledEvent, Office, Tlp } from '@puebla/schemas';

/** What the policy decides by, of a row of `library.events`. */
export interface HandlingRow {
  readonly agency: string;
  readonly tlp: Tlp;
  readonly readers: string | null;
  readonly sponsor: string | null;
  readonly office: Office | null;
}

export const handlingColumns = 'agency, tlp, readers, sponsor, office';

export function handledEvent({ agency, tlp, readers, sponsor, office }: HandlingRow): HandledEvent {
  return {
    agency,
    tlp,
    ...(readers === null ? {} : { readers }),
    ...(sponsor === null ? {} : { sponsor }),
    ...(office === null ? {} : { office }),
  };
}
