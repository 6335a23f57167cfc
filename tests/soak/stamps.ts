import type { Stamp } from './history.ts';

/** How an event is marked, of its JSON. One object serves all that are marked alike: there are hundreds of thousands. */
export function createStamps(): (event: unknown) => Stamp {
  const known = new Map<string, Stamp>();
  return (event) => {
    // A CloudEvent as the exchange shows it.
    const { tlp, readers, office, sponsor } = event as Stamp;
    const key = `${tlp} ${readers} ${office} ${sponsor}`;
    const stamp = known.get(key) ?? {
      tlp,
      ...(readers === undefined ? {} : { readers }),
      ...(office === undefined ? {} : { office }),
      ...(sponsor === undefined ? {} : { sponsor }),
    };
    known.set(key, stamp);
    return stamp;
  };
}
