import register from './code-lists/crossing-points.json' with { type: 'json' };

/** A point where people are handed over at a land border. */
export interface CrossingPoint {
  readonly id: string;
  readonly name: string;
  /** ISO 3166-1 alpha-2 of the state in which it lies. */
  readonly country: string;
  /** The state on the other side of the border. */
  readonly across: string;
  /** IANA time zone, of the side on which it lies. */
  readonly zone: string;
}

export const crossingPoints: readonly CrossingPoint[] = register.values;

const byId: ReadonlyMap<string, CrossingPoint> = new Map(crossingPoints.map((point) => [point.id, point]));

/** Undefined where the register has no such point. */
export function crossingPointOf(id: string): CrossingPoint | undefined {
  return byId.get(id);
}
