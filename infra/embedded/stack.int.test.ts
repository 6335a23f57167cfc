import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import {
  connectKafka,
  createCodec,
  createLog,
  createProducer,
  encodeRecord,
  ends,
  ensureTopics,
  readConfig,
} from '@puebla/kit';
import { kinds } from '@puebla/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StartFailure } from './failure.ts';
import { isAlive, type ProcessIdentity } from './identity.ts';
import { type Stack, startStack } from './stack.ts';

const startsMs = 120_000;
const topic = 'kept';
/** More than the registry keeps open to its database. */
const staleConnections = 100;
const names = ['kafka', 'registry', 'postgres'] as const;

let home: string;
let stacks: Stack[] = [];
let child: ChildProcess | undefined;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'puebla-stack-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  await Promise.all(stacks.map((stack) => stack.kill()));
  stacks = [];
  rmSync(home, { recursive: true });
});

type Addresses = Pick<Stack, 'kafka' | 'registryUrl' | 'databaseUrl'>;

const environment = () => ({ PATH: process.env['PATH'], HOME: process.env['HOME'], PUEBLA_HOME: home });

async function start(): Promise<Stack> {
  const stack = await startStack(readConfig(environment()));
  stacks.push(stack);
  return stack;
}

/** The stack under a Node of its own, which can be killed. */
async function startElsewhere(): Promise<Addresses> {
  const script = resolve(import.meta.dirname, '../run-stack.ts');
  child = spawn(process.execPath, [script], { env: environment(), stdio: ['ignore', 'pipe', 'ignore'] });
  if (!child.stdout) throw new Error('no stdout');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(String(line));
}

/** One record in Kafka; one schema in the registry, which is a row in PostgreSQL. */
async function put(stack: Addresses): Promise<void> {
  const brokers = [stack.kafka];
  await ensureTopics({ brokers, clientId: 'test' }, [{ topic, partitions: 1, config: {} }]);
  const kafka = connectKafka({ brokers, clientId: 'test' });
  const producer = createProducer(kafka, { sendTimeoutMs: 10_000 });
  try {
    const record = { topic, partition: 0, content: encodeRecord('k', Buffer.from('v'), []) };
    expect(await producer.send([record])).toMatchObject([{ state: 'written', offset: 0 }]);
  } finally {
    producer.close();
    kafka.close();
  }
  const response = await fetch(`${stack.registryUrl}/subjects/kept/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ schema: '"string"' }),
  });
  expect(response.status).toBe(200);
}

async function expectKept(stack: Addresses): Promise<void> {
  const kafka = connectKafka({ brokers: [stack.kafka], clientId: 'test' });
  try {
    expect(await ends(kafka, [topic])).toEqual({ [topic]: [1] });
  } finally {
    kafka.close();
  }
  expect(await keptSchema(stack)).toMatchObject({ schema: '"string"' });
}

/** The registry notices only by failed requests that the database behind its connections is another process. */
async function keptSchema(stack: Addresses): Promise<unknown> {
  for (let attempt = 0; ; attempt++) {
    const response = await fetch(`${stack.registryUrl}/subjects/kept/versions/1`);
    if (response.ok) return response.json();
    if (attempt === staleConnections) throw new Error(`the registry answers ${response.status}`);
    await response.body?.cancel();
  }
}

function noted(): ProcessIdentity[] {
  return names.map((name) => JSON.parse(readFileSync(join(home, 'run', `${name}.json`), 'utf8')));
}

test(
  'services that start at once on a new registry all get the ids of every schema',
  async () => {
    const { registryUrl } = await start();
    const log = createLog({ level: 'silent' });
    const codecs = await Promise.all(Array.from({ length: 8 }, () => createCodec({ registryUrl, log })));
    const [first] = codecs.map((codec) => codec.ids());
    expect(Object.keys(first ?? {}).sort()).toEqual(kinds.map(({ name }) => name).sort());
    for (const codec of codecs) expect(codec.ids()).toEqual(first);
  },
  startsMs,
);

test(
  'a SIGKILL of Node alone leaves the servers; the next start ends them and has the data at the same addresses',
  async () => {
    const first = await startElsewhere();
    await put(first);
    const left = noted();
    child?.kill('SIGKILL');
    await new Promise((done) => child?.once('exit', done));
    expect(left.every(isAlive)).toBe(true);

    const second = await start();
    expect(left.some(isAlive)).toBe(false);
    const { kafka, registryUrl, databaseUrl } = second;
    expect({ kafka, registryUrl, databaseUrl }).toMatchObject({
      kafka: first.kafka,
      registryUrl: first.registryUrl,
    });
    await expectKept(second);
    expect(databaseUrl).toBe(first.databaseUrl);
  },
  startsMs,
);

test(
  'a SIGKILL of all servers, and of one, loses nothing; a clean stop leaves no process; one start at a time',
  async () => {
    const first = await start();
    await put(first);
    await expect(startStack(readConfig(environment()))).rejects.toThrow(StartFailure);
    await first.kill();

    const second = await start();
    await expectKept(second);
    for (const name of names) {
      const server = second.servers[name];
      await server?.kill();
      expect(server?.isAlive()).toBe(false);
      await server?.start();
    }
    await expectKept(second);

    const running = noted();
    expect(running.every(isAlive)).toBe(true);
    await second.close();
    expect(running.some(isAlive)).toBe(false);
  },
  startsMs,
);
