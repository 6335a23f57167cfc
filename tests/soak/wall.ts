import { execFile, spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/**
 * Swallows now and then for so long what is sent to a broker of this machine to be written, and nothing else. It comes late: the system
 * goes on sending it, also when the gateway has given up, closed the connection, looked into the lane in vain and sent it again.
 */
export interface Wall {
  swallow(port: number, forMs: number): Promise<void>;
}

const run = promisify(execFile);
const options = { timeout: 10_000 };
/** Behind the length, a request says what it is: 0 is Produce. */
const isProduce = '0>>22&0x3C@12>>26&0x3C@4>>16=0';
/**
 * The system sends again 0.2, 0.6, 1.4 and 3 s after the first time, the gateway after 1.8 s: so the second to arrive is what was sent
 * again, and both are kept.
 */
const upMs = 2_800;
const downMs = 2_500;

/** Nobody listens there. */
const discardPort = 9;

/** @throws Error where none may be put up: that takes root, iptables and its u32 on Linux */
export async function buildWall(): Promise<Wall> {
  const putUp = (port: number) => run('iptables', ['--wait', '--insert', ...ruleFor(port)], options);
  const takeDown = (port: number): void =>
    void spawnSync('iptables', ['--wait', '--delete', ...ruleFor(port)], options);
  await putUp(discardPort);
  takeDown(discardPort);
  return {
    async swallow(port, forMs) {
      const until = performance.now() + forMs;
      // A run that is broken off leaves no rule behind.
      const leave = (): void => takeDown(port);
      process.once('exit', leave);
      while (performance.now() < until) {
        await putUp(port);
        await sleep(upMs);
        takeDown(port);
        await sleep(downMs);
      }
      process.off('exit', leave);
    },
  };
}

function ruleFor(port: number): string[] {
  const produces = ['-m', 'u32', '--u32', isProduce];
  return ['INPUT', '-i', 'lo', '-p', 'tcp', '--dport', String(port), ...produces, '-j', 'DROP'];
}
