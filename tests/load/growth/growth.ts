import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chartOf } from './chart.ts';
import { withMoreParticipants } from './more-participants.ts';
import { keepPoint, type Point } from './points.ts';
import { tableOf } from './table.ts';

const chartFile = join(import.meta.dirname, 'growth.svg');
const checkout = join(import.meta.dirname, '../../..');

/**
 * Measures an exchange at each size, then at one size with more participants; keeps each point beside those of earlier runs, and
 * draws the chart from all of them anew after each. Prints the table.
 *
 * @param sizes events kept
 * @param times of the participants of the contract, each at `atEvents` events kept
 */
export async function measureGrowth(
  sizes: readonly number[],
  times: readonly number[],
  atEvents: number,
): Promise<void> {
  const wanted = [
    ...sizes.map((events) => ({ events, times: 1 })),
    ...times.filter((n) => n > 1).map((n) => ({ events: atEvents, times: n })),
  ];
  let points: readonly Point[] = [];
  for (const [n, { events, times }] of wanted.entries()) {
    console.error(`growth: point ${n + 1} of ${wanted.length}: ${events} events, participants x ${times}`);
    points = keepPoint(await withMoreParticipants(checkout, times, (root) => measurePoint(root, events)));
    writeFileSync(chartFile, chartOf(points));
  }
  console.log(tableOf(points));
}

/** In a process of its own: the code, and so the contract, may be that of another checkout. */
async function measurePoint(root: string, events: number): Promise<Point> {
  const script = join(root, 'tests/load/growth/point.ts');
  const child = spawn(process.execPath, [script, String(events)], { stdio: ['ignore', 'pipe', 'inherit'] });
  // A run that is broken off leaves no exchange behind.
  process.once('exit', () => child.kill());
  let output = '';
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString();
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the measurement of ${events} events ended with ${code}`);
  return JSON.parse(output) as Point;
}
