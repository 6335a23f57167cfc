import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workingIn } from '../../infra/embedded/identity.ts';
import type { ChildExchange } from '../child-exchange.ts';

const tickMs = 10;

/** Memory of a process as Linux counts it; NaN when it has gone. */
export function residentBytes(pid: number): number {
  return kilobytesIn(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB$/m) * 1_024;
}

/** Memory of the exchange's servers: what PostgreSQL's processes share is counted once. */
export function serverBytes(exchange: ChildExchange): number {
  return serverPids(exchange).reduce((sum, pid) => sum + proportionalBytes(pid), 0);
}

/** CPU time, ms, of the exchange and its servers since they were started. */
export function cpuMs(exchange: ChildExchange): number {
  return [exchange.pid, ...serverPids(exchange)].reduce((sum, pid) => sum + cpuMsOf(pid), 0);
}

/** With all processes of PostgreSQL. */
function serverPids(exchange: ChildExchange): number[] {
  const postgres = workingIn(join(exchange.home, 'postgres', 'data')).map(({ pid }) => pid);
  return [...new Set([...exchange.serverPids(), ...postgres])];
}

function cpuMsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // utime and stime; the fields begin after the program's name in brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return 0;
  }
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
