/**
 * Which process is meant. A pid alone may by now belong to a stranger, so it is kept together with the moment at which
 * the process began (`/proc/<pid>/stat`, field 22, in clock ticks since boot) and the boot that this counts from.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface ProcessIdentity {
  readonly pid: number;
  readonly startTicks: number;
  readonly boot: string;
}

interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly startTicks: number;
}

function statOf(pid: number): Stat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The name of the program, in brackets, may hold anything: the fields begin after the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, parent] = fields;
  const startTicks = fields[19];
  if (state === undefined || parent === undefined || startTicks === undefined) return undefined;
  return { state, parent: Number(parent), startTicks: Number(startTicks) };
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

/** The identity of a living process; undefined when there is none (a dead one that waits to be reaped is none). */
export function identify(pid: number): ProcessIdentity | undefined {
  const stat = statOf(pid);
  if (!stat || isDead(pid, stat)) return undefined;
  return { pid, startTicks: stat.startTicks, boot: bootId() };
}

export function isAlive(process: ProcessIdentity): boolean {
  const now = identify(process.pid);
  return now !== undefined && now.startTicks === process.startTicks && now.boot === process.boot;
}

/** A zombie whose other threads are still being ended holds its files and ports, and is not dead yet. */
function isDead(pid: number, stat: Stat): boolean {
  if (stat.state !== 'Z' && stat.state !== 'X') return false;
  try {
    return readdirSync(`/proc/${pid}/task`).length <= 1;
  } catch {
    return true;
  }
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((entry) => /^[0-9]+$/.test(entry))
    .map(Number);
}

/** The living processes that work in a folder; those of other users are not seen by one who is not root. */
export function workingIn(folder: string): readonly ProcessIdentity[] {
  return allPids()
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder;
      } catch {
        return false;
      }
    })
    .map(identify)
    .filter((found) => found !== undefined);
}

/** A living process and all below it, itself first. */
export function familyOf(process: ProcessIdentity): readonly ProcessIdentity[] {
  if (!isAlive(process)) return [];
  const children = new Map<number, ProcessIdentity[]>();
  for (const pid of allPids()) {
    const stat = statOf(pid);
    if (!stat || isDead(pid, stat)) continue;
    const child = { pid, startTicks: stat.startTicks, boot: process.boot };
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), child]);
  }
  const family = [process];
  for (const member of family) family.push(...(children.get(member.pid) ?? []));
  return family;
}
