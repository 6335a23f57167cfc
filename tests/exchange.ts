import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoAudience, demoIssuer, mintToken, usualEraseWithinSeconds } from '@puebla/kit';
import { catalogue, usualMostRows } from '@puebla/schemas';
import { type Exchange, type ExchangeOptions, startExchange } from '../infra/exchange.ts';
import { type TestAddresses, testStack } from '../infra/test-addresses.ts';
import { askAgain } from '../services/kit/ask-again.ts';

/** A whole exchange in the test's own process, on the servers that all tests share, at a port of its own. */
export interface TestExchange {
  readonly home: string;
  readonly url: string;
  /** @param who an agency, or a person in it: `<agency>/<person>` */
  token(who: string, ttlSeconds?: number): Promise<string>;
  /** Posts a body, the event of a JSON value, or text as it is; again while some of it is refused for now, as a client does (503). */
  post(token: string | undefined, body: unknown, headers?: Record<string, string>): Promise<Response>;
  postOnce(token: string | undefined, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Stops and starts it with the same data, at another port unless told which. */
  restart(port?: number): Promise<void>;
  close(): Promise<void>;
}

export async function startTestExchange(
  options: Partial<Pick<ExchangeOptions, 'via' | 'feeds' | 'directory' | 'databaseUrl' | 'audit'>> & {
    /** Whose tokens are taken: the embedded issuer's unless told otherwise. */
    readonly issuer?: Pick<ExchangeOptions['config'], 'oidcIssuer' | 'oidcAudience'>;
    /** Others than those that all tests share. */
    readonly servers?: TestAddresses;
    readonly eraseWithinSeconds?: number;
    readonly directoryRows?: number;
    readonly recallAnswerHours?: number;
  } = {},
): Promise<TestExchange> {
  const home = await mkdtemp(join(tmpdir(), 'puebla-exchange-'));
  const {
    issuer,
    servers = testStack(),
    eraseWithinSeconds = usualEraseWithinSeconds,
    directoryRows = usualMostRows,
    recallAnswerHours,
    ...others
  } = options;
  const { kafka, registryUrl, databaseUrl } = servers;
  const logLevel = 'silent' as const;
  const config = {
    home,
    host: '127.0.0.1',
    logLevel,
    eraseWithinSeconds,
    directoryRows,
    ...issuer,
    ...(recallAnswerHours && { recallAnswerHours }),
  };
  const start = async (port = 0): Promise<Exchange> => {
    const started = await startExchange({
      config: { ...config, port },
      kafka,
      registryUrl,
      databaseUrl,
      ...others,
    });
    await untilReady(started.url);
    return started;
  };
  let exchange = await start();
  const postOnce: TestExchange['postOnce'] = (token, body, headers = {}) =>
    fetch(`${exchange.url}/v1/events`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: {
        'Content-Type': 'application/cloudevents+json',
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
    });

  return {
    home,
    get url() {
      return exchange.url;
    },
    token(who, ttlSeconds = 900) {
      const [agency = '', person] = who.split('/', 2);
      const of = { home, issuer: demoIssuer, audience: demoAudience, ttlSeconds };
      return mintToken({ ...of, agency, ...(person === undefined ? {} : { person }) });
    },
    post: (token, body, headers) => askAgain(60_000, () => postOnce(token, body, headers), isForNow),
    postOnce,
    async restart(port) {
      await exchange.close();
      exchange = await start(port);
    },
    async close() {
      await exchange.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Whether all of it, or an event of a batch, is refused as what may be asked again. */
async function isForNow(answer: Response): Promise<boolean> {
  if (answer.status !== 207) return answer.status === 503;
  const items = (await answer.clone().json()) as { status: number }[];
  return items.some(({ status }) => status === 503);
}

/** Waits until the exchange takes events and has its lanes; the library may wait for another instance's lock. */
async function untilReady(url: string): Promise<void> {
  // Late in a whole run it reads back a day that holds all that the other tests have published.
  const deadline = Date.now() + 150_000;
  for (;;) {
    const text = await (await fetch(`${url}/readyz`)).text();
    const own = text.split('\n').filter((line) => /^(ok|failed) (gateway|feeds)\./.test(line));
    if (own.length > 0 && own.every((line) => line.startsWith('ok '))) return;
    if (Date.now() > deadline) throw new Error(`not ready:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

type Json = Record<string, unknown>;

/** Bodies of the example of an alert, each with an id of its own, made without a walk through the example. */
export function alertBodies(): (id: string) => string {
  const [before, after] = JSON.stringify(exampleEvent('alert', '@@')).split('@@');
  return (id) => `${before}${id}${after}`;
}

/** The example of a kind with an id of its own, public. `data` is merged over the example's. */
export function exampleEvent(kind: string, id: string, data: Json = {}): Json {
  const example = catalogue.find(({ name }) => name === kind)?.example as (Json & { data: Json }) | undefined;
  if (example === undefined) throw new Error(`no kind ${kind}`);
  const { source: _source, ...rest } = example;
  return { ...rest, id, tlp: 'CLEAR', data: { ...example.data, ...data } };
}
