import { type Options, SingleBar } from 'cli-progress';
import type { Cli } from './cli.ts';

/** How far a longer piece of work is. */
export interface Progress {
  update(done: number): void;
  stop(): void;
}

/** Below this a rate says nothing. */
const settledAfterMs = 300;

/** A bar with rate and ETA on stderr; nothing where stderr is no terminal. */
export function showProgress(cli: Cli, what: string, total: number, unit: string): Progress {
  if (cli.stderr.isTTY !== true) return { update() {}, stop() {} };
  const options: Options = {
    stream: cli.stderr as NodeJS.WriteStream, // isTTY was asked
    format: `${what} [{bar}] {percentage}% | {value}/{total} ${unit} | {rate} ${unit}/s | ETA {eta_formatted}`,
    barCompleteChar: '#',
    barIncompleteChar: '-',
    hideCursor: true,
    etaBuffer: 100,
    fps: 10,
  };
  const bar = new SingleBar(options);
  const begun = performance.now();
  bar.start(Math.max(total, 1), 0, { rate: '-' });
  return {
    update(done) {
      const elapsedMs = performance.now() - begun;
      bar.update(done, { rate: elapsedMs < settledAfterMs ? '-' : Math.round((done * 1000) / elapsedMs) });
    },
    stop: () => bar.stop(),
  };
}
