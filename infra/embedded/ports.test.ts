import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePorts, isFree, requireFree } from './ports.ts';

let home: string;
const listeners: Server[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'puebla-ports-'));
  mkdirSync(join(home, 'run'));
});
afterEach(() => {
  for (const listener of listeners.splice(0)) listener.close();
  rmSync(home, { recursive: true });
});

function take(port: number): Promise<void> {
  const listener = createServer();
  listeners.push(listener);
  return new Promise((resolve) => listener.listen(port, '127.0.0.1', resolve));
}

test('ports are free, different, and the same again at the next start', async () => {
  const first = await choosePorts(home, ['kafka', 'registry']);
  expect(first.kafka).not.toBe(first.registry);
  expect(await isFree(first.kafka)).toBe(true);
  expect(await choosePorts(home, ['kafka', 'registry'])).toEqual(first);
});

test('a remembered port that somebody else has taken is chosen anew, and the others stay', async () => {
  const first = await choosePorts(home, ['kafka', 'registry']);
  await take(first.kafka);
  const second = await choosePorts(home, ['kafka', 'registry']);
  expect(second.kafka).not.toBe(first.kafka);
  expect(second.registry).toBe(first.registry);
  for (const listener of listeners.splice(0)) listener.close();
  expect(await choosePorts(home, ['kafka', 'registry'])).toEqual(second);
});

test('two homes have different ports while both are in use', async () => {
  const one = await choosePorts(home, ['kafka']);
  await take(one.kafka);
  const other = mkdtempSync(join(tmpdir(), 'puebla-ports-'));
  mkdirSync(join(other, 'run'));
  expect((await choosePorts(other, ['kafka'])).kafka).not.toBe(one.kafka);
  rmSync(other, { recursive: true });
});

test.each(['', '{', 'null', '[1]', '{"kafka":"x"}', '{"kafka":80}'])(
  'notes that say %s are not trusted',
  async (notes) => {
    writeFileSync(join(home, 'run', 'ports.json'), notes);
    const { kafka } = await choosePorts(home, ['kafka']);
    expect(kafka).toBeGreaterThanOrEqual(20_000);
    expect(JSON.parse(readFileSync(join(home, 'run', 'ports.json'), 'utf8'))).toMatchObject({ kafka });
  },
);

test('the address of the exchange that is taken or foreign is said in one line', async () => {
  const { kafka: port } = await choosePorts(home, ['kafka']);
  await expect(requireFree('127.0.0.1', port)).resolves.toBeUndefined();
  await take(port);
  await expect(requireFree('127.0.0.1', port)).rejects.toMatchObject({
    code: 'port-taken',
    message: `Port ${port} of 127.0.0.1 is taken: end what uses it, or set PUEBLA_PORT to another.`,
  });
  await expect(requireFree('192.0.2.1', port)).rejects.toMatchObject({ code: 'configuration' });
});
