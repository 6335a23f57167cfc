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
      `${name.padEnd(26)} ${value.toFixed(0).padStart(8)} ${unit.padEnd(15)} ${low.toFixed(0)} to ${high.toFixed(0)}`,
    );
  }
}

export function writeResults(file: string, results: readonly Result[]): void {
  writeFileSync(file, `${JSON.stringify({ results }, null, 2)}\n`);
}
