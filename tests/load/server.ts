import { spawn } from 'node:child_process';
import { join } from 'node:path';
import nodeFlags from '../../infra/node-flags.json' with { type: 'json' };

/** A server of this folder in a process of its own, which prints `{"port": N}` when it can be asked. */
export async function startServer(
  script: string,
  args: readonly string[],
): Promise<{ readonly port: number; stop(): void }> {
  const child = spawn(process.execPath, [...nodeFlags, join(import.meta.dirname, script), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
    child.stdout.once('data', (text: Buffer) => resolve(JSON.parse(text.toString()).port));
  });
  return { port, stop: () => child.kill() };
}
