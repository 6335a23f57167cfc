import { writeFileSync } from 'node:fs';

export interface Result {
  readonly name: string;
  /** Median of the rounds. */
  readonly value: number;
  readonly unit: string;
  /** Lowest and highest of the rounds. */
  readonly spread: readonly [number, number];
}

export function resultOf(name: string, unit: string, rounds: readonly number[]): Result {
  const sorted = [...rounds].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return { name, value: median, unit, spread: [sorted[0] ?? 0, sorted.at(-1) ?? 0] };
}

export function printResults(results: readonly Result[]): void {
  for (const { name, value, unit, spread } of results) {
    const [low, high] = spread;
    console.log(
      `${name.padEnd(26)} ${figure(value).padStart(8)} ${unit.padEnd(15)} ${figure(low)} to ${figure(high)}`,
    );
  }
}

/** Small figures, milliseconds mostly, with a decimal. */
function figure(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}

export function writeResults(file: string, results: readonly Result[]): void {
  writeFileSync(file, `${JSON.stringify({ results }, null, 2)}\n`);
}
