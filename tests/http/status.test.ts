import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeRecord, serviceNames, version } from '@puebla/kit';
import {
  type DeadStatus,
  type ExchangeStatus,
  kindOf,
  kinds,
  type ParticipantFreshness,
  participantOf,
  type SubjectSchemas,
} from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startExchange } from '../../infra/exchange.ts';
import { testStack } from '../../infra/test-addresses.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { runCommand } from '../cli/puebla.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { type Lanes, openLanes } from '../stream/lanes.ts';
import { openStream } from '../stream-client.ts';
import { expectProblem, keptBy } from './ask.ts';

/** How the exchange is: whether every country is heard, and whether anything is stuck. */

const soonMs = 60_000;
/** 0.36 s. */
const recallAnswerHours = 0.0001;

let exchange: TestExchange;
let lanes: Lanes;
beforeAll(async () => {
  const directory = { topic: `puebla.directory.${randomUUID()}` };
  exchange = await startTestExchange({ directory, recallAnswerHours });
  lanes = await openLanes();
});
afterAll(async () => {
  lanes.close();
  await exchange.close();
});

const ask = (headers: Record<string, string> = {}, path = ''): Promise<Response> =>
  fetch(`${exchange.url}/v1/status${path}`, { headers });
const as = async (who: string) => ({ authorization: `Bearer ${await exchange.token(who)}` });

/** Asks until it says what is waited for; then what it says. */
async function statusWith(
  what: (status: ExchangeStatus) => boolean,
  at: { readonly url: string } = exchange,
): Promise<ExchangeStatus> {
  const deadline = Date.now() + soonMs;
  for (;;) {
    const status = (await (await fetch(`${at.url}/v1/status`)).json()) as ExchangeStatus;
    if (what(status)) return status;
    if (Date.now() > deadline) throw new Error(JSON.stringify(status));
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function directory(command: string, by: string): Promise<unknown> {
  const { code, out, said } = await runCommand(exchange, ['directory', ...command.split(' '), '--as', by]);
  expect([code, said]).toEqual([0, '']);
  return JSON.parse(out);
}

describe('is told', () => {
  test('to who is on the machine, to operators and the Secretariat, and to nobody else', async () => {
    await directory('put people --agency ts-office --id ops --roles operator', 'ts-office/focal');
    for (const path of ['', '/schemas/none']) {
      await expectProblem(await ask({ origin: 'http://page.example' }, path), 'token-required');
      for (const who of ['mx-fgr', 'mx-fgr/focal', 'ppt-office'])
        await expectProblem(await ask(await as(who), path), 'not-permitted');
    }
    // By the page's own server, which runs on this machine too.
    await expectProblem(await fetch(`${exchange.url}/console/v1/status`), 'token-required');
    await expectProblem(await fetch(`${exchange.url}/console/v1/dead`), 'not-found');
    for (const who of [null, 'ts-office', 'ts-office/focal', 'ts-office/ops']) {
      const answer = await ask(who === null ? {} : await as(who));
      expect([who, answer.status]).toEqual([who, 200]);
      expect(answer.headers.get('cache-control')).toBe('private, no-store');
    }
  });

  test.each(['Forwarded', 'X-Forwarded-For', 'X-Real-IP', 'Via', 'Origin'])(
    'to nobody who comes through a proxy or a page on the machine, which sends %s, without a token',
    async (name) => {
      const headers = { [name]: name === 'Via' ? '1.1 proxy' : '127.0.0.1' };
      await expectProblem(await ask(headers), 'token-required');
      const get = (path: string): Promise<Response> => fetch(`${exchange.url}${path}`, { headers });
      for (const path of ['/metrics', '/v1/dead', '/v1/dead/puebla.alert/1/1'])
        await expectProblem(await get(path), 'not-found');
      for (const how of ['redrive', 'discard']) {
        const path = `${exchange.url}/v1/dead/puebla.alert/1/1/${how}`;
        await expectProblem(await fetch(path, { method: 'POST', headers }), 'not-found');
      }
      expect(await (await get('/readyz')).text()).toMatch(/^ok directory$/m);
      expect((await ask({ ...headers, ...(await as('ts-office')) })).status).toBe(200);
    },
  );

  test('whether he may look, without a look', async () => {
    for (const [who, status] of [
      ['ts-office', 200],
      ['mx-fgr', 403],
    ] as const) {
      const answer = await fetch(`${exchange.url}/v1/status`, { method: 'HEAD', headers: await as(who) });
      expect([who, answer.status, answer.headers.get('content-type')]).toEqual([
        who,
        status,
        status === 200 ? null : 'application/problem+json',
      ]);
    }
  });
});

describe('a participant', () => {
  const of = (status: ExchangeStatus): ParticipantFreshness | undefined =>
    status.participants?.find(({ participant }) => participant === 'BZ');
  const silent = { code: 'silent', participant: 'BZ' };

  test('is heard when it has said something, silent for longer than its habit, and excused by an outage', async () => {
    const began = Date.now();
    await keptBy(exchange, 'bz-police', exampleEvent('practice', randomUUID()));
    const heard = await statusWith((status) => Date.parse(of(status)?.heard ?? '') >= began - 1_000);
    expect(heard.participants).toHaveLength(23);
    await directory('put habits --participant BZ --hours 1', 'bz-police/focal');
    const fresh = await statusWith((status) => of(status)?.habit !== 'NOT_JUDGED');
    expect(of(fresh)).toMatchObject({ verdict: 'FRESH', habit: { hours: 1, by: 'HAND' }, outage: null });
    expect(fresh.troubles).not.toContainEqual(expect.objectContaining(silent));

    await directory('put habits --participant BZ --hours 0.0001', 'bz-police/focal');
    const late = await statusWith((status) => of(status)?.verdict === 'SILENT');
    expect(late.troubles).toContainEqual({ ...silent, hours: of(late)?.silentHours });
    const metrics = await (await fetch(`${exchange.url}/metrics`)).text();
    expect(metrics).toContain('puebla_silent{participant="BZ"} 1');
    expect(metrics).toMatch(/^puebla_silence_seconds\{participant="BZ"\} \d/m);

    await directory('put outages --participant BZ --to 2100-01-01', 'bz-police/focal');
    const declared = await statusWith((status) => of(status)?.verdict === 'DECLARED_OUTAGE');
    expect(of(declared)?.outage).toMatchObject({ to: '2100-01-01T00:00:00.000Z' });
    expect(declared.troubles).not.toContainEqual(expect.objectContaining(silent));
    expect(await directory('list outages', 'bz-police')).toHaveLength(1);
    expect(await directory('list outages', 'ts-office')).toHaveLength(1);
    expect(await directory('list outages', 'mx-fgr')).toEqual([]);
    await directory('end outages BZ', 'ts-office/focal');
    await statusWith((status) => of(status)?.verdict === 'SILENT');
  });
});

test('what nobody can decode is counted by kind until it is settled', async () => {
  const deadOf = ({ dead }: ExchangeStatus): DeadStatus | undefined =>
    dead?.find(({ kind }) => kind === 'training');
  const before = deadOf(await statusWith(({ dead }) => dead !== null));
  const topic = 'puebla.training';
  const partition = participantOf('BZ')?.lane ?? -1;
  const content = encodeRecord(`bz-police/${randomUUID()}`, Buffer.from([7]), []);
  const [offset] = await lanes.send([{ topic, partition, content }]);
  const found = await statusWith((status) => deadOf(status)?.open === (before?.open ?? 0) + 1);
  expect(Date.parse(deadOf(found)?.oldest ?? '')).toBeLessThanOrEqual(Date.now());
  expect(found.troubles).toContainEqual({ code: 'dead', kind: 'training', open: deadOf(found)?.open });
  await fetch(`${exchange.url}/v1/dead/${topic}/${partition}/${offset}/discard`, { method: 'POST' });
  await statusWith((status) => deadOf(status)?.open === before?.open);
});

test('services say how much they do and how far behind they are; streams are counted', async () => {
  const stream = await openStream(exchange.url, { token: await exchange.token('bz-police') });
  await keptBy(exchange, 'bz-police', exampleEvent('alert', randomUUID()));
  const status = await statusWith(
    ({ services, streams }) =>
      streams?.subscribers === 1 &&
      services.every(({ perSecond }) => perSecond !== null) &&
      services.every(({ service, lagRecords }) => lagRecords === (service === 'gateway' ? null : 0)),
  );
  stream.close();
  expect(status.streams?.evictions).toMatchObject({ slow: 0, token: 0 });
  const [{ position } = { position: 0 }] = await lanesOf('puebla.alert');
  for (const { service, lanes: own, lagSeconds } of status.services) {
    if (service === 'gateway') continue;
    const lane = own.find(({ topic, participant }) => topic === 'puebla.alert' && participant === 'BZ');
    expect([service, lagSeconds, lane]).toEqual([
      service,
      0,
      { topic: 'puebla.alert', participant: 'BZ', position, lagRecords: 0, lagSeconds: 0 },
    ]);
  }
});

/** Where the lane of Belize ends. */
async function lanesOf(topic: string): Promise<{ position: number }[]> {
  const end = (await lanes.ends())[topic]?.[participantOf('BZ')?.lane ?? -1];
  return end === undefined ? [] : [{ position: end }];
}

test('acknowledgements and statements that are overdue are counted by who owes them', async () => {
  const countOf = (status: ExchangeStatus) =>
    status.overdue?.find(({ participant }) => participant === 'SV') ?? {
      participant: 'SV',
      acknowledgements: 0,
      recalls: 0,
    };
  const before = countOf(await statusWith(({ overdue }) => overdue !== null));
  const marking = { tlp: 'AMBER', audience: 'SV' };
  const ackby = new Date(Date.now() + onThisMachine(2_000, 20_000)).toISOString();
  const asking = { ...exampleEvent('alert', randomUUID()), ...marking, ackby };
  await keptBy(exchange, 'bz-police', asking);
  const of = await keptBy(exchange, 'bz-police', { ...exampleEvent('alert', randomUUID()), ...marking });
  await keptBy(exchange, 'bz-police', {
    specversion: '1.0',
    id: randomUUID(),
    type: 'recall',
    data: { of, reason: 'INCORRECT' },
  });
  const { troubles } = await statusWith((status) => {
    const { acknowledgements, recalls } = countOf(status);
    return acknowledgements === (before.acknowledgements ?? 0) + 1 && recalls === (before.recalls ?? 0) + 1;
  });
  for (const code of ['acknowledgements-overdue', 'recalls-overdue'])
    expect(troubles).toContainEqual(expect.objectContaining({ code, participant: 'SV' }));
});

test('the schemas of every kind are told by subject and version, and each whole', async () => {
  const { schemas } = await statusWith((status) => status.schemas !== null);
  expect(schemas?.map(({ subject }) => subject)).toEqual(kinds.map(({ subject }) => subject));
  const alert = schemas?.find(({ subject }) => subject === kindOf('alert')?.subject);
  const told = (await (await ask({}, `/schemas/${alert?.subject}`)).json()) as SubjectSchemas;
  expect(told.versions.map(({ version: number, id }) => ({ version: number, id }))).toEqual(alert?.versions);
  expect(told.versions).toContainEqual(expect.objectContaining({ schema: kindOf('alert')?.avro }));
  await expectProblem(await ask({}, '/schemas/puebla.nothing'), 'not-found');
});

test('every part says its version and that it is well', async () => {
  const { parts } = await statusWith((status) => status.parts.every(({ state }) => state === 'OK'));
  const versions = Object.fromEntries(parts.map(({ part, version: said }) => [part, said]));
  for (const service of serviceNames) expect([service, versions[service]]).toEqual([service, version]);
  expect(versions).toMatchObject({
    kafka: null,
    registry: expect.stringMatching(/^\d/),
    postgres: expect.stringMatching(/^\d/),
  });
});

test('puebla status says it to people, and all of it as JSON', async () => {
  const told = await runCommand(exchange, ['status', '--output', 'json', '--as', 'ts-office']);
  expect([told.code, told.said]).toEqual([0, '']);
  const status = JSON.parse(told.out) as ExchangeStatus;
  expect(Object.keys(status)).toEqual(
    Object.keys(await statusWith(({ participants }) => participants !== null)),
  );
  const table = await runCommand(exchange, ['status', '--output', 'table']);
  expect(table.out).toMatch(/Belize +(SILENT|fresh) +\d{4}-/);
  expect(table.out).toMatch(/library +ok +\d/);
  expect((await runCommand(exchange, ['status', '--as', 'mx-fgr'])).code).toBe(6);
});

test('a monitor alone asks the others where they are; who does not answer is unknown, and delays nobody', async () => {
  const hangs = createServer(() => {});
  hangs.listen(0, '127.0.0.1');
  await once(hangs, 'listening');
  const library = `http://127.0.0.1:${(hangs.address() as AddressInfo).port}`;
  const { url, home } = exchange;
  const alone = await startExchange({
    config: {
      ...{ home, host: '127.0.0.1', port: 0, logLevel: 'silent' },
      serviceUrls: { gateway: url, feeds: url, library },
    },
    services: ['monitor'],
    ...testStack(),
  });
  try {
    const began = performance.now();
    const status = await statusWith(({ participants }) => participants !== null, alone);
    expect(performance.now() - began).toBeLessThan(onThisMachine(8_000));
    const states = Object.fromEntries(status.parts.map(({ part, state }) => [part, state]));
    expect(states).toMatchObject({ gateway: 'OK', feeds: 'OK', monitor: 'OK', kafka: 'OK', registry: 'OK' });
    expect(states).toMatchObject({ library: 'UNKNOWN', directory: 'UNKNOWN', postgres: 'UNKNOWN' });
    expect(status.troubles).toContainEqual({ code: 'part-unknown', part: 'library' });
    expect(status.services.find(({ service }) => service === 'library')?.lagRecords).toBeNull();
  } finally {
    await alone.close();
    hangs.closeAllConnections();
    hangs.close();
  }
});
