import type { Marking } from './history.ts';

/** Whom audiences name: groups (one of them changes), participants and agencies of every status. */
export interface Names {
  readonly groups: readonly string[];
  readonly participants: readonly string[];
  readonly agencies: readonly string[];
}

/** At AMBER_STRICT agencies alone may be named (rules.md, Audience). */
const shares = [
  ['CLEAR', 0.35],
  ['GREEN', 0.2],
  ['AMBER', 0.3],
  ['AMBER_STRICT', 0.15],
] as const;
const mostNames = 3;
/** Of AMBER: names nobody, and is for the members. */
const unnamed = 0.2;
/** Kinds that are marked AMBER at most (rules.md, canPublish). */
const toAmber = new Set(['practice']);

/** A marking and an audience, by chance. */
export function randomMarking(kind: string, random: () => number, names: Names): Marking {
  let left = random();
  const drawn = shares.find(([, share]) => {
    left -= share;
    return left < 0;
  })?.[0];
  const tlp = drawn === undefined || (drawn === 'AMBER_STRICT' && toAmber.has(kind)) ? 'GREEN' : drawn;
  if (tlp === 'CLEAR' || tlp === 'GREEN') return { tlp };
  if (tlp === 'AMBER_STRICT') return { tlp, audience: drawNames(names.agencies, random) };
  if (random() < unnamed) return { tlp };
  const { groups, participants, agencies } = names;
  return { tlp, audience: drawNames([...groups, ...participants, ...agencies], random) };
}

function drawNames(from: readonly string[], random: () => number): string {
  const count = 1 + Math.floor(random() * mostNames);
  const drawn = Array.from({ length: count }, () => from[Math.floor(random() * from.length)] ?? '');
  return [...new Set(drawn)].join(',');
}
