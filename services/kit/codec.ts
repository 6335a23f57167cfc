import { hash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { COMPATIBILITY, SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { type Kind, kinds, readerTypeFor } from '@puebla/schemas';
import pRetry from 'p-retry';
import type { Log } from './log.ts';
import { within } from './within.ts';

const magicByte = 0;
const headerBytes = 5;
/** Nothing larger was accepted by the gateway; never decode more (length-prefixed data can claim gigabytes). */
const maxValueBytes = 1024 * 1024;
/** Every schema, at a start: a registry that stands still for a while is waited for. */
const registerTimeoutMs = 20_000;
const lookUpTimeoutMs = 10_000;

/** Of the value, or (`event-check.ts`) of what stands around it. */
export type PoisonReason =
  | 'empty'
  | 'magic-byte'
  | 'too-large'
  | 'unknown-schema'
  | 'undecodable'
  | 'kind'
  | 'digest'
  | 'identity'
  | 'key'
  | 'attribute';

/** The value cannot be decoded by anybody; trying again does not help. */
export class PoisonError extends Error {
  override readonly name = 'PoisonError';
  readonly reason: PoisonReason;

  constructor(reason: PoisonReason, options?: ErrorOptions) {
    super(`the record is poison: ${reason}`, options);
    this.reason = reason;
  }
}

/** The registry did not answer; trying again helps. */
export class RegistryUnavailableError extends Error {
  override readonly name = 'RegistryUnavailableError';
  readonly code = 'registry-unavailable';
}

/** The Avro body of a value that a codec has encoded. */
export function bodyOf(value: Buffer): Buffer {
  return value.subarray(headerBytes);
}

/** Avro in the Confluent wire format: a zero byte, the schema's id in four bytes, the body. */
export interface Codec {
  /** Valid until the next call. Throws when this kind's schema has no id yet, RangeError over 1 MB. */
  encode(kind: Kind, data: Record<string, unknown>): Buffer;
  /**
   * Resolved to the newest schema of the kind; at once when the writer's schema is known. Throws (or rejects with)
   * PoisonError or RegistryUnavailableError.
   */
  decode(kind: Kind, value: Buffer | null): Record<string, unknown> | Promise<Record<string, unknown>>;
  /**
   * Undefined when `decode` would answer at once; else resolves when it would. Rejects with PoisonError or
   * RegistryUnavailableError.
   */
  learn(kind: Kind, value: Buffer | null): Promise<void> | undefined;
  /** Schema ids by the names of kinds. */
  ids(): Record<string, number>;
  /** Whether the schemas of all kinds are registered, or were when their ids were kept. */
  ready(): boolean;
}

/** The half that only encodes, from ids that are known. */
export function createEncoder(ids: Readonly<Record<string, number>>): Pick<Codec, 'encode'> {
  return encoderOf((kind) => ids[kind.name]);
}

function encoderOf(idOf: (kind: Kind) => number | undefined): Pick<Codec, 'encode'> {
  return {
    encode(kind, data) {
      const id = idOf(kind);
      if (id === undefined) throw new RegistryUnavailableError(`no schema id for ${kind.name}`);
      encoded[0] = magicByte;
      encoded.writeUInt32BE(id, 1);
      return encoded.subarray(0, encodeBody(kind, data));
    },
  };
}

type Read = (body: Buffer) => unknown;

/**
 * Registers every kind's schema under FULL_TRANSITIVE, by `@kafkajs/confluent-schema-registry`; encodes and
 * decodes by `avsc` types compiled once, since the library's own way costs a promise and a look-up a record. Ids are kept
 * in `idsFile` by the schema's fingerprint, so that publishing goes on while the registry is away.
 */
export async function createCodec(options: {
  registryUrl: string;
  idsFile?: string;
  log: Log;
}): Promise<Codec> {
  const { registryUrl, idsFile, log } = options;
  const registry = new SchemaRegistry({
    host: registryUrl,
    retry: { retries: 1, initialRetryTimeInSecs: 0.1 },
  });
  const ids = new Map<Kind, number>();
  const reads = new Map<string, Read>();
  const underway = new Map<string, Promise<Read>>();

  const learn = (kind: Kind, id: number): void => {
    ids.set(kind, id);
    reads.set(`${kind.name} ${id}`, (body) => kind.type.fromBuffer(body));
  };
  const kept = await readIds(idsFile);
  for (const kind of kinds) {
    const id = kept[fingerprint(kind)];
    if (id !== undefined) learn(kind, id);
  }
  const registerAll = async (): Promise<void> => {
    const registered = await Promise.all(
      kinds.map(async (kind) => [kind, await register(registryUrl, registry, kind)] as const),
    );
    for (const [kind, id] of registered) learn(kind, id);
    const now = Object.fromEntries(registered.map(([kind, id]) => [fingerprint(kind), id]));
    if (!isDeepStrictEqual(now, kept)) await keepIds(idsFile, now);
  };
  try {
    await within(registerTimeoutMs, registerAll);
  } catch (error) {
    if (!kinds.every((kind) => ids.has(kind))) throw error;
    log.warn({ err: error }, 'the schema registry does not answer: going on with the ids kept from before');
  }

  const readFor = (kind: Kind, id: number): Promise<Read> => {
    const key = `${kind.name} ${id}`;
    const joined = underway.get(key);
    if (joined !== undefined) return joined;
    const looking = lookUp(registryUrl, kind, id).finally(() => underway.delete(key));
    underway.set(key, looking);
    return looking.then((read) => {
      reads.set(key, read);
      return read;
    });
  };

  return {
    ...encoderOf((kind) => ids.get(kind)),
    ids: () => Object.fromEntries([...ids].map(([kind, id]) => [kind.name, id])),
    decode(kind, value) {
      if (value === null || value.length < headerBytes) throw new PoisonError('empty');
      if (value.length > maxValueBytes) throw new PoisonError('too-large');
      if (value[0] !== magicByte) throw new PoisonError('magic-byte');
      const id = value.readUInt32BE(1);
      const read = reads.get(`${kind.name} ${id}`);
      if (read !== undefined) return decodeBody(read, value);
      return readFor(kind, id).then((found) => decodeBody(found, value));
    },
    learn(kind, value) {
      if (value === null || value.length < headerBytes || value[0] !== magicByte) return undefined;
      const id = value.readUInt32BE(1);
      return reads.has(`${kind.name} ${id}`) ? undefined : readFor(kind, id).then(() => undefined);
    },
    ready: () => kinds.every((kind) => ids.has(kind)),
  };
}

/** Every value is encoded here and copied into its record: to make two buffers for each cost as much as encoding it. */
const encoded = Buffer.allocUnsafeSlow(maxValueBytes);

/** Gives the end of the body. What avsc says of a value that it cannot encode quotes it, and no body may come to the log. */
function encodeBody(kind: Kind, data: Record<string, unknown>): number {
  let end: number;
  try {
    end = kind.type.encode(data, encoded, headerBytes);
  } catch {
    throw new TypeError(`an event of kind ${kind.name} kept the contract and cannot be encoded`);
  }
  if (end < 0) throw new RangeError(`an event of kind ${kind.name} is larger than ${maxValueBytes} bytes`);
  return end;
}

function decodeBody(read: Read, value: Buffer): Record<string, unknown> {
  try {
    return read(value.subarray(headerBytes)) as Record<string, unknown>;
  } catch (cause) {
    throw new PoisonError('undecodable', { cause });
  }
}

/** What the registry says when another has just made the subject, or has not set its rule: yet, or never, if it was ended between the two. */
const raced = /already exists|FULL_TRANSITIVE != NONE/;
const unruled = /FULL_TRANSITIVE != NONE/;

/** Gives the schema's id, also to several that start at once on a new registry. */
async function register(registryUrl: string, registry: SchemaRegistry, kind: Kind): Promise<number> {
  const options = { subject: kind.subject, compatibility: COMPATIBILITY.FULL_TRANSITIVE };
  const { id } = await pRetry(() => registry.register(kind.avro as never, options), {
    retries: 8,
    minTimeout: 50,
    factor: 1.5,
    randomize: true,
    onFailedAttempt: async ({ error }) => {
      if (unruled.test(error.message)) await setRule(registryUrl, kind);
    },
    shouldRetry: ({ error }) => raced.test(error.message),
  });
  return id;
}

/** Whether it was set is seen when the schema is registered again. */
async function setRule(registryUrl: string, { subject }: Kind): Promise<void> {
  await fetch(`${registryUrl}/config/${subject}`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: COMPATIBILITY.FULL_TRANSITIVE }),
    signal: AbortSignal.timeout(lookUpTimeoutMs),
  });
}

/** By a request of our own: what the library gives has lost the logical types, and dates could not be resolved. */
async function lookUp(registryUrl: string, kind: Kind, id: number): Promise<Read> {
  const writer = await schemaOf(registryUrl, id);
  try {
    return readerTypeFor(kind, writer);
  } catch (cause) {
    throw new PoisonError('undecodable', { cause });
  }
}

async function schemaOf(registryUrl: string, id: number): Promise<object> {
  try {
    const signal = AbortSignal.timeout(lookUpTimeoutMs);
    const answer = await fetch(`${registryUrl}/schemas/ids/${id}`, { signal });
    if (answer.status === 404) throw new PoisonError('unknown-schema');
    if (!answer.ok) throw new Error(`the registry answers ${answer.status}`);
    const { schema } = (await answer.json()) as { schema: string };
    return JSON.parse(schema);
  } catch (cause) {
    if (cause instanceof PoisonError) throw cause;
    throw new RegistryUnavailableError(`schema ${id} cannot be had now`, { cause });
  }
}

function fingerprint(kind: Kind): string {
  return hash('sha256', `${kind.subject} ${JSON.stringify(kind.avro)}`, 'hex');
}

async function readIds(file: string | undefined): Promise<Record<string, number>> {
  if (file === undefined) return {};
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    // Absent, or cut off by a crash: the registry tells again.
    return {};
  }
}

async function keepIds(file: string | undefined, ids: Record<string, number>): Promise<void> {
  if (file === undefined) return;
  await writeFile(`${file}.new`, JSON.stringify(ids));
  await rename(`${file}.new`, file);
}
