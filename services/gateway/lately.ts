import { headerIn } from '@puebla/kit';
import { type AgencyId, type Kind, type Marking, tlpOf } from '@puebla/schemas';

/** Of one agency and kind, the last ones. */
const remembered = 50;

/** How what each agency published lately was marked, by kind: what this gateway took, or read back at its start. */
export interface Lately {
  /** @param identity `<agency>/<id>` of an event that is in the log */
  note(identity: string, record: { readonly content: Buffer }): void;
  of(agency: AgencyId, kind: Kind): readonly Marking[];
}

export function createLately(): Lately {
  const known = new Map<string, Marking[]>();
  return {
    note(identity, { content }) {
      const tlp = tlpOf(headerIn(content, 'ce_tlp') ?? '');
      if (tlp === undefined) return;
      const readers = headerIn(content, 'ce_readers');
      const key = `${headerIn(content, 'ce_type')} ${identity.slice(0, identity.indexOf('/'))}`;
      const markings = known.get(key) ?? [];
      known.set(key, markings);
      // Nearly all are marked as one before: kept once.
      const same = markings.find((marking) => marking.tlp === tlp && marking.readers === readers);
      markings.push(same ?? { tlp, ...(readers !== undefined && { readers }) });
      if (markings.length > remembered) markings.shift();
    },
    of: (agency, { name }) => known.get(`${name} ${agency}`) ?? [],
  };
}
