import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workingIn } from '../../infra/embedded/identity.ts';
import type { ChildExchange } from '../child-exchange.ts';

/** Memory of a process as Linux counts it; NaN when it has gone. */
export function residentBytes(pid: number): number {
  return kilobytesIn(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m) * 1_024;
}

/** Memory of the exchange's servers: what PostgreSQL's processes share is counted once. */
export function serverBytes(exchange: ChildExchange): number {
  const postgres = workingIn(join(exchange.home, 'postgres', 'data')).map(({ pid }) => pid);
  const pids = new Set([...exchange.serverPids(), ...postgres]);
  return [...pids].reduce((sum, pid) => sum + proportionalBytes(pid), 0);
}

function proportionalBytes(pid: number): number {
  const bytes = kilobytesIn(`/proc/${pid}/smaps_rollup`, /^Pss:\s+(\d+) kB$/m) * 1_024;
  return Number.isNaN(bytes) ? 0 : bytes;
}

function kilobytesIn(file: string, pattern: RegExp): number {
  try {
    return Number(pattern.exec(readFileSync(file, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}
