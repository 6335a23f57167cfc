/** Inner ports: found free once and remembered, so that addresses stay the same from one start to the next. */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { StartFailure, systemCode } from './failure.ts';

/**
 * Below the range from which Linux takes the ports of outgoing connections (32768 and up): a remembered port must not
 * be in use by somebody's client when it is needed again.
 */
const lowest = 20_000;
const highest = 32_000;
const attempts = 200;

/** Whether a server could listen there now. */
export function isFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Whether the exchange's own address can be used.
 * @throws StartFailure with code `port-taken`, or `configuration` for a host that is not of this machine
 */
export async function requireFree(host: string, port: number): Promise<void> {
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve(systemCode(error) ?? 'unknown'));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  if (code === 'EADDRINUSE') {
    throw new StartFailure(
      'port-taken',
      `Port ${port} of ${host} is taken: end what uses it, or set PUEBLA_PORT to another.`,
    );
  }
  if (code === 'EACCES') {
    throw new StartFailure(
      'port-taken',
      `Port ${port} may not be used by this user: set PUEBLA_PORT to one above 1023.`,
    );
  }
  throw new StartFailure(
    'configuration',
    `PUEBLA_HOST is ${JSON.stringify(host)}, at which this machine cannot listen (${code}).`,
  );
}

/** A free port for each name: the remembered one where it is free, else another, which is then remembered. */
export async function choosePorts<Name extends string>(
  home: string,
  names: readonly Name[],
): Promise<Readonly<Record<Name, number>>> {
  const file = join(home, 'run', 'ports.json');
  const remembered = readPorts(file);
  const chosen = new Map<Name, number>();
  for (const name of names) {
    const before = remembered.get(name);
    const taken = [...chosen.values()];
    const keep = before !== undefined && !taken.includes(before) && (await isFree(before));
    chosen.set(name, keep ? before : await findFree([...taken, ...remembered.values()]));
  }
  // Every name of the list has been given a port in the loop above.
  const ports = Object.fromEntries(chosen) as Record<Name, number>;
  writeFileSync(file, JSON.stringify({ ...Object.fromEntries(remembered), ...ports }, null, 2));
  return ports;
}

async function findFree(except: readonly number[]): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (!except.includes(port) && (await isFree(port))) return port;
  }
  throw new StartFailure(
    'port-taken',
    `No free port from ${lowest} to ${highest} was found for the embedded servers.`,
  );
}

function readPorts(file: string): Map<string, number> {
  try {
    const ports: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof ports !== 'object' || ports === null) return new Map();
    return new Map(
      Object.entries(ports).filter(
        (e): e is [string, number] => Number.isInteger(e[1]) && e[1] >= lowest && e[1] < highest,
      ),
    );
  } catch {
    return new Map();
  }
}
