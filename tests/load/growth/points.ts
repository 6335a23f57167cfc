import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What was measured with so many events kept and so many participants; figures that came later may be missing from old points. */
export interface Point {
  readonly events: number;
  readonly participants: number;
  /** What the machine gave one thread meanwhile, in thousands of hashes a second: other work beside it makes it less. */
  readonly yardstick?: number;
  /** A warm start, until everything is ready. */
  readonly startMs: number;
  /** CPU time of that, all processes together. */
  readonly startCpuMs?: number;
  /** Resident memory of the exchange some seconds after a start. */
  readonly nodeMb: number;
  /** The same after all measurements. */
  readonly busyMb: number;
  /** Kafka, registry and PostgreSQL together. */
  readonly serversMb: number;
  /** Events a second by single POSTs over 32 connections. */
  readonly publish: number;
  /** Events a second from a cursor 10,000 events back. */
  readonly resume: number;
  readonly pageMs: number;
  readonly addressMs: number;
}

export type Figure = Exclude<keyof Point, 'events' | 'participants'>;

/** What is told of a point, in this order. */
export const figures: readonly { readonly key: Figure; readonly name: string; readonly unit: string }[] = [
  { key: 'startMs', name: 'start to ready', unit: 'ms' },
  { key: 'startCpuMs', name: 'start, CPU of all', unit: 'ms' },
  { key: 'nodeMb', name: 'memory of Node, started', unit: 'MB' },
  { key: 'busyMb', name: 'memory of Node, after work', unit: 'MB' },
  { key: 'serversMb', name: 'memory of the servers', unit: 'MB' },
  { key: 'publish', name: 'publish', unit: 'events/s' },
  { key: 'resume', name: 'resume', unit: 'events/s' },
  { key: 'pageMs', name: 'page of 100', unit: 'ms' },
  { key: 'addressMs', name: 'event by address', unit: 'ms' },
  { key: 'yardstick', name: 'yardstick', unit: '1,000 hashes/s' },
];

const file = join(import.meta.dirname, 'points.json');

/** The points of all runs so far, in order. */
function keptPoints(): Point[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Point[]) : [];
}

/** Keeps a point; one that was measured before gives way. */
export function keepPoint(point: Point): Point[] {
  const others = keptPoints().filter(
    ({ events, participants }) => events !== point.events || participants !== point.participants,
  );
  const points = [...others, rounded(point)].sort(
    (a, b) => a.participants - b.participants || a.events - b.events,
  );
  writeFileSync(file, `${JSON.stringify(points, null, 2)}\n`);
  return points;
}

/** To a tenth: more is noise. */
function rounded(point: Point): Point {
  return Object.fromEntries(
    Object.entries(point).map(([name, value]) => [name, Math.round(value * 10) / 10]),
  ) as unknown as Point;
}
