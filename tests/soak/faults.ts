import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { familyOf, identify, isAlive, type ProcessIdentity } from '../../infra/embedded/identity.ts';
import type { ChildExchange } from '../child-exchange.ts';
import type { Fault, Part } from './schedule.ts';
import type { SmallDisk } from './small-disk.ts';
import type { Wall } from './wall.ts';

/** The exchange did not get healthy again after a fault. */
export class NotHealed extends Error {
  readonly code = 'not-healed';
  override readonly name = 'NotHealed';
}

const healBoundMs = 90_000;
const lookMs = 250;
const answerMs = 2_000;
const shownLines = 40;

/** What faults are done to. */
export interface Victims {
  readonly exchange: ChildExchange;
  /** Where the exchange has its home; undefined where none can be had, and then it is not filled. */
  readonly disk: SmallDisk | undefined;
  /** Undefined where none may be put up, and then nothing is swallowed. */
  readonly wall: Wall | undefined;
  /** Cuts every connection of every client. */
  cut(): void;
}

/** Does it, and returns when the exchange is ready again, with how long that took from the end of the fault. @throws NotHealed */
export async function inflict(fault: Fault, { exchange, disk, wall, cut }: Victims): Promise<number> {
  if (fault.what === 'cut') cut();
  else if (fault.what === 'fill') await disk?.fill(fault.forMs);
  else if (fault.what === 'swallow') await wall?.swallow(brokerPort(exchange), fault.forMs);
  else if (fault.what === 'stop') {
    const one = processOf(exchange, fault.part);
    // The servers are children of Node; they are not what is meant.
    const stopped = fault.part === 'node' ? [one] : familyOf(one);
    const goOn = (): void => signal(stopped, 'SIGCONT');
    // A run that is broken off leaves nothing behind that cannot end.
    process.once('exit', goOn);
    signal(stopped, 'SIGSTOP');
    await sleep(fault.forMs).finally(goOn);
    process.off('exit', goOn);
  } else if (fault.part === 'everything') await exchange.killAll();
  else if (fault.part === 'node') await exchange.killNode();
  else signal([processOf(exchange, fault.part)], 'SIGKILL');
  const began = performance.now();
  if (fault.what === 'kill' && ['node', 'everything'].includes(fault.part)) await startAgain(exchange);
  await untilHealthy(exchange);
  return Math.round(performance.now() - began);
}

/** @throws NotHealed */
export async function untilHealthy(exchange: ChildExchange): Promise<void> {
  const until = performance.now() + healBoundMs;
  for (let said = ''; ; ) {
    await sleep(lookMs);
    try {
      const answer = await fetch(`${exchange.url}/readyz`, { signal: AbortSignal.timeout(answerMs) });
      said = await answer.text();
      if (answer.ok) return;
    } catch (error) {
      said = String(error);
    }
    if (performance.now() > until) throw new NotHealed(`${said}\n${exchange.output()}\n${logsOf(exchange)}`);
  }
}

async function startAgain(exchange: ChildExchange): Promise<void> {
  try {
    await exchange.start();
  } catch (error) {
    const why = Error.isError(error) ? error.message : error;
    throw new NotHealed(`It did not start again: ${why}\n${logsOf(exchange)}`);
  }
}

/** The last lines of what each server has logged: its home goes with the run. */
function logsOf({ home }: ChildExchange): string {
  const folder = join(home, 'logs');
  const tails = readdirSync(folder).map((name) => {
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    return [`${name}:`, ...lines.slice(-shownLines)].join('\n');
  });
  return tails.join('\n');
}

function brokerPort({ home }: ChildExchange): number {
  return Number(JSON.parse(readFileSync(join(home, 'run', 'ports.json'), 'utf8')).kafka);
}

function processOf(exchange: ChildExchange, part: Part): ProcessIdentity {
  const found =
    part === 'node'
      ? identify(exchange.pid)
      : (JSON.parse(readFileSync(join(exchange.home, 'run', `${part}.json`), 'utf8')) as ProcessIdentity);
  // By now the pid of one that ended by itself may be a stranger's.
  if (found === undefined || !isAlive(found))
    throw new NotHealed(`${part} does not run:\n${exchange.output()}`);
  return found;
}

function signal(processes: readonly ProcessIdentity[], name: NodeJS.Signals): void {
  for (const one of processes) if (isAlive(one)) process.kill(one.pid, name);
}
