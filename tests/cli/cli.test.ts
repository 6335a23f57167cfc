import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capture } from '../../services/cli/capture.ts';
import { main } from '../../services/cli/index.ts';
import { onThisMachine, quickest } from '../../services/kit/test-clock.ts';
import { type ChildExchange, startChildExchange } from '../child-exchange.ts';
import { metricOf } from '../metric.ts';
import { puebla } from './puebla.ts';

/**
 * Every command against an exchange that was started as a person starts it. Where signals, pipes or a token's way to the process
 * matter the command is a process too; elsewhere it runs in this one, which saves a second each. Tests build upon each other.
 */
const root = resolve(import.meta.dirname, '../..');
const example = join(root, 'schemas/kinds/alert/example.json');
const incidents = join(root, 'tests/data/incidents.csv');
const detections = join(root, 'tests/data/detections.csv');

let exchange: ChildExchange;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'puebla-cli-e2e-'));
  exchange = await startChildExchange();
});
afterAll(async () => {
  await exchange.close();
  await rm(folder, { recursive: true, force: true });
});

type Ran = Awaited<ReturnType<typeof puebla>>;

async function run(args: readonly string[], input = ''): Promise<Ran> {
  const cli = capture(exchange.environment);
  cli.stdin.end(input);
  const code = await main(cli, args);
  // What was written last is collected in the next turn.
  await new Promise((done) => setImmediate(done));
  return { code, out: cli.out(), said: cli.said() };
}
const runProcess = (args: readonly string[], options: Parameters<typeof puebla>[2] = {}): Promise<Ran> =>
  puebla(exchange.environment, args, options);

interface Event {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly data: {
    readonly places?: { readonly country: string }[];
    readonly cells?: unknown[];
    readonly country?: string;
  };
}

/** Every event of the log, by the pages of the feed. */
async function allEvents(...filter: string[]): Promise<Event[]> {
  const { code, out } = await run(['tail', '--since', 'earliest', '--no-follow', ...filter]);
  expect(code).toBe(0);
  return JSON.parse(out);
}
const keysOf = (events: readonly Event[]): string[] => events.map(({ source, id }) => `${source}/${id}`);

const published = 'puebla_published_total{kind="alert",participant="HN"}';
const subscribers = 'puebla_subscribers';

/** Until the exchange counts more than now. */
async function untilMore(sample: string): Promise<() => Promise<void>> {
  const before = await metricOf(exchange, sample);
  return async () => {
    while ((await metricOf(exchange, sample)) <= before) await sleep(20);
  };
}

test('doctor says that all is well, in which versions, and where Kafka and the registry are', async () => {
  const { code, out, said } = await run(['doctor', '--output', 'json']);
  expect([code, said]).toEqual([0, '']);
  const found = JSON.parse(out);
  expect(found).toMatchObject({
    ok: true,
    addresses: {
      gateway: exchange.url,
      kafka: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    },
    versions: {
      kafka: expect.any(String),
      registry: expect.any(String),
      postgres: expect.any(String),
      node: expect.any(String),
    },
  });
  const subjects = await fetch(`${found.addresses.registry}/subjects`);
  expect(await subjects.json()).toContain('puebla.alert-org.rcm.puebla.Alert');
  expect((await run(['doctor', '--output', 'table'])).out).toContain('All is well.');
});

test('an alert that is published can be read by its address, and its receipt shows what follows', async () => {
  const { code, out } = await run(['publish', example, '--as', 'mx-fgr']);
  expect(code).toBe(0);
  const [published] = JSON.parse(out);
  expect(published).toMatchObject({
    file: example,
    line: 1,
    status: 'kept',
    address: expect.stringMatching(/^\/v1\/events\/mx-fgr\//),
  });

  const got = await run(['get', published.address, '--as', 'gt-mp']);
  expect(got.code).toBe(0);
  expect(JSON.parse(got.out)).toMatchObject({ id: published.id, source: 'mx-fgr', type: 'alert' });
  expect((await run(['get', 'mx-fgr', published.id, '--as', 'gt-mp'])).out).toBe(got.out);
  expect((await run(['get', 'mx-fgr', 'nothing-here'])).code).toBe(5);

  const event = JSON.parse(await readFile(example, 'utf8'));
  const lines = ['x1', 'x2', 'x3'].map((id) => JSON.stringify({ ...event, id }));
  const several = await run(
    ['publish', '-', '--as', 'mx-fgr', '--output', 'ndjson'],
    `${lines.join('\n')}\n`,
  );
  expect(
    several.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  ).toEqual(['x1', 'x2', 'x3']);
  const following = await run(['tail', '--from-receipt', published.receipt, '--limit', '3', '--as', 'gt-mp']);
  expect(following.code).toBe(0);
  expect(
    following.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  ).toEqual(['x1', 'x2', 'x3']);

  const again = await run(['publish', example, '--as', 'mx-fgr']);
  expect(JSON.parse(again.out)[0].address).toBe(published.address);
  expect(
    (await allEvents('--publisher', 'mx-fgr', '--as', 'gt-mp')).filter(({ id }) => id === published.id),
  ).toHaveLength(1);
});

test('who would read an alert is said before it is published, and nothing is', async () => {
  const amber = JSON.stringify({
    ...JSON.parse(await readFile(example, 'utf8')),
    id: 'foretold',
    tlp: 'AMBER',
    audience: 'GT,ES',
  });
  const told = await run(['preview', '-', '--as', 'mx-fgr/duty', '--output', 'table'], amber);
  expect([told.code, told.said]).toEqual([0, '']);
  const lines = told.out.trimEnd().split('\n');
  expect(lines.slice(0, 4)).toEqual([
    '-:1 6 agencies',
    '  GT (MEMBER): gt-igm, gt-pgn, gt-svet, gt-mp',
    '  MX (MEMBER): mx-fgr',
    '  ES (GUEST): es-interior',
  ]);
  expect(lines[4]).toMatch(/^ {2}! .+ \/ .+/);
  expect((await run(['preview', '-', '--as', 'iom-regional'], amber)).code).toBe(6);
  expect((await run(['preview', '-', '--as', 'mx-fgr/nobody'], amber)).code).toBe(6);
  expect((await run(['get', 'mx-fgr', 'foretold', '--as', 'mx-fgr'])).code).toBe(5);
  const { out } = await run(['token', 'mx-fgr', '--person', 'duty', '--output', 'json']);
  expect(JSON.parse(out)).toMatchObject({ agency: 'mx-fgr', person: 'duty', token: expect.any(String) });
});

test('a decision waits, is returned, sent again and signed', async () => {
  const file = join(root, 'schemas/kinds/decision/example.json');
  const source = String(JSON.parse(await readFile(file, 'utf8')).source);
  const send = () => run(['publish', file, '--as', `${source}/duty`]);
  const sent = await send();
  expect([sent.code, sent.said]).toEqual([0, expect.stringContaining('1 waiting for a second signature')]);
  const [{ draft, status }] = JSON.parse(sent.out);
  expect(status).toBe('waiting');
  const as = ['--as', `${source}/releaser`];
  const listed = await run(['drafts', 'list', ...as]);
  expect(JSON.parse(listed.out)).toMatchObject([{ address: draft, maySign: true, state: 'WAITING' }]);
  expect((await run(['drafts', 'sign', draft, '--as', `${source}/duty`])).code).toBe(6);
  const returned = await run(['drafts', 'return', draft, '--reason', 'EXERCISE', ...as]);
  expect(JSON.parse(returned.out)).toMatchObject({ state: 'RETURNED', reason: 'EXERCISE' });
  const refused = await run(['drafts', 'sign', draft, ...as]);
  expect([refused.code, refused.said]).toEqual([3, expect.stringContaining('It came back with a reason')]);
  expect((await run(['drafts', 'list', ...as, '--output', 'table'])).out).not.toContain('(you may)');
  expect((await send()).code).toBe(0);
  expect((await run(['drafts', 'show', draft, ...as])).out).toContain('WAITING');
  const { time } = JSON.parse(
    (await run(['drafts', 'show', draft.replace('/v1/drafts/', ''), ...as, '--output', 'json'])).out,
  );
  const another = await run(['drafts', 'sign', draft, '--time', '2026-01-01T00:00:00Z', ...as]);
  expect([another.code, another.said]).toEqual([3, expect.stringContaining('It was sent again')]);
  const signed = await run(['drafts', 'sign', draft, '--time', time, ...as]);
  expect([signed.code, signed.said]).toEqual([0, '']);
  expect((await run(['get', JSON.parse(signed.out).address, '--as', 'mx-fgr'])).code).toBe(0);
  expect((await run(['drafts', 'show', draft, ...as])).code).toBe(5);
});

test('an event is taken back, and its recipients say what they did with it', async () => {
  const event = { ...JSON.parse(await readFile(example, 'utf8')), id: 'withdrawn', tlp: 'AMBER_STRICT' };
  const body = JSON.stringify({ ...event, audience: 'gt-mp,sv-fgr' });
  const address = '/v1/events/mx-fgr/withdrawn';
  expect((await run(['publish', '-', '--as', 'mx-fgr'], body)).code).toBe(0);
  expect((await run(['get', address, '--as', 'gt-mp'])).code).toBe(0);
  const recall = ['recall', 'event', address, '--reason', 'wrong_readers'];
  expect((await run([...recall, '--as', 'gt-mp'])).code).toBe(3);
  expect((await run([...recall, '--as', 'mx-fgr'])).code).toBe(0);
  expect((await run(['get', address, '--as', 'gt-mp'])).code).toBe(5);
  expect((await run(['recall', 'deleted', address, '--as', 'gt-mp'])).code).toBe(0);
  expect((await run(['recall', 'deleted', address, '--as', 'hn-inm'])).code).toBe(5);
  const status = await run(['recall', 'status', address, '--as', 'mx-fgr', '--output', 'table']);
  expect(status.out).toMatch(/WRONG_READERS .* gt-mp +DELETED \(gt-mp\)\n/);
  expect(status.out).toMatch(/WRONG_READERS .* sv-fgr +due 20\S+Z\n/);
  const because = ['--because', 'EXERCISE: in the file of a court'];
  expect((await run(['recall', 'cannot', address, ...because, '--as', 'sv-fgr'])).code).toBe(0);
  const told = await run(['recall', 'status', '--as', 'ts-office', '--output', 'json']);
  expect(JSON.parse(told.out)[0].asked.map((one: { overdue: boolean }) => one.overdue)).toEqual([
    false,
    false,
  ]);
  const tail = await run([
    'tail',
    '--since',
    'earliest',
    '--no-follow',
    '--as',
    'gt-mp',
    '--output',
    'table',
  ]);
  expect(tail.out).toContain(`withdrawn ${address}\n`);
  expect((await run(['recall', 'status'])).code).toBe(2);
});

test('what is doubtful is published with a reason, which the audit has', async () => {
  const event = { ...JSON.parse(await readFile(example, 'utf8')), id: 'doubtful' };
  const data = { ...event.data, category: 'ROUTE_CHANGE', exploitation: [], control: [], recruitment: [] };
  const body = JSON.stringify({ ...event, data, subject: 'La víctima Ana Luz Ejemplo' });
  const refused = await run(['publish', '-', '--as', 'mx-fgr/duty'], body);
  expect([refused.code, refused.out]).toEqual([3, expect.stringContaining('content/doubtful')]);
  expect((await run(['validate', '-'], body)).out).toContain('content/doubtful');
  const confirmed = await run(
    ['publish', '-', '--confirm', 'EXERCISE: an invented name', '--as', 'mx-fgr/duty'],
    body,
  );
  expect([confirmed.code, JSON.parse(confirmed.out)]).toEqual([
    0,
    [expect.objectContaining({ status: 'kept' })],
  ]);
  const audit = ['audit', '--what', 'confirmed', '--as', 'mx-fgr', '--output', 'table'];
  expect(await untilTold(audit, 'doubtful')).toMatch(
    /confirmed mx-fgr\/duty \/v1\/events\/mx-fgr\/doubtful name "EXERCISE: an invented name"/,
  );
});

test('in danger to life a RED alert is kept at once, and listed for its review', async () => {
  const event = { ...JSON.parse(await readFile(example, 'utf8')), id: 'urgent', tlp: 'RED' };
  const body = JSON.stringify({ ...event, audience: 'gt-pgn', danger: 'LIFE' });
  const sent = await run(['publish', '-', '--as', 'mx-fgr/duty'], body);
  expect([sent.code, JSON.parse(sent.out)]).toEqual([
    0,
    [expect.objectContaining({ status: 'kept', address: '/v1/events/mx-fgr/urgent' })],
  ]);
  expect(sent.said).toContain('a second person reviews it by ');
  const draft = '/v1/drafts/mx-fgr/urgent';
  const as = ['--as', 'mx-fgr/releaser'];
  const listed = await run(['drafts', 'list', ...as, '--output', 'table']);
  expect(listed.out).toMatch(/DUE/);
  expect(listed.out).toMatch(/\/v1\/drafts\/mx-fgr\/urgent +alert +REVIEW +mx-fgr \(you may\)/);
  const objected = await run(['drafts', 'return', draft, '--reason', 'EXERCISE', ...as, '--output', 'table']);
  expect([objected.code, objected.out]).toEqual([0, expect.stringContaining('objected')]);
  const confirmed = await run(['drafts', 'sign', draft, ...as, '--output', 'table']);
  expect([confirmed.code, confirmed.out]).toEqual([0, 'confirmed: /v1/events/mx-fgr/urgent\n']);
  expect((await run(['drafts', 'show', draft, ...as])).code).toBe(5);
});

test('who has read an event is told to its owner, and each participant has its audit', async () => {
  const event = { ...JSON.parse(await readFile(example, 'utf8')), id: 'audited', tlp: 'AMBER_STRICT' };
  const body = JSON.stringify({ ...event, audience: 'gt-mp' });
  expect((await run(['publish', '-', '--as', 'mx-fgr/duty'], body)).code).toBe(0);
  expect((await run(['get', 'mx-fgr', 'audited', '--as', 'gt-mp'])).code).toBe(0);
  const audit = await untilTold(['audit', '--event', 'mx-fgr/audited', '--as', 'gt-mp'], 'gt-mp');
  expect(JSON.parse(audit)).toMatchObject({
    what: 'read',
    agency: 'gt-mp',
    event: '/v1/events/mx-fgr/audited',
  });
  const lines = await run(['audit', '--what', 'published', '--as', 'mx-fgr', '--output', 'table']);
  expect(lines.out.trimEnd().split('\n')).toContainEqual(
    expect.stringMatching(/^\S+ published mx-fgr\/duty \/v1\/events\/mx-fgr\/audited$/),
  );
  const access = await run(['access', '/v1/events/mx-fgr/audited', '--as', 'mx-fgr', '--output', 'json']);
  expect(JSON.parse(access.out)).toEqual([
    { agency: 'gt-mp', participant: 'GT', may: true, delivered: null, opened: expect.any(String) },
  ]);
  const table = await run(['access', 'mx-fgr', 'audited', '--as', 'mx-fgr', '--output', 'table']);
  expect(table.out).toMatch(/^AGENCY .*\ngt-mp +GT +yes +- +20\S+Z\n$/);
  expect((await run(['access', 'mx-fgr', 'audited', '--as', 'gt-mp'])).code).toBe(5);
  expect((await run(['audit'])).code).toBe(2);
  expect(await run(['audit', '--what', 'slept', '--as', 'mx-fgr'])).toMatchObject({
    code: 2,
    said: expect.stringContaining('published'),
  });
});

test('an event that asks is acknowledged, and its owner and those asked see what is due', async () => {
  const event = { ...JSON.parse(await readFile(example, 'utf8')), id: 'asks', tlp: 'AMBER_STRICT' };
  const ackby = new Date(Date.now() + 3_600_000).toISOString();
  const body = JSON.stringify({ ...event, audience: 'gt-mp,gt-pgn', ackby });
  expect((await run(['publish', '-', '--as', 'mx-fgr'], body)).code).toBe(0);
  const address = '/v1/events/mx-fgr/asks';
  const due = await run(['acknowledgements', '--as', 'gt-mp']);
  const missing = [{ participant: 'GT', agencies: ['gt-mp'] }];
  expect(JSON.parse(due.out)).toEqual([
    { address, kind: 'alert', ackby, overdue: false, own: false, missing },
  ]);
  const own = await run(['acknowledgements', '--as', 'mx-fgr', '--output', 'table']);
  expect(own.out).toMatch(/^EVENT .*\n\/v1\/events\/mx-fgr\/asks +alert +due 20\S+Z +yours +gt-pgn gt-mp\n$/);

  const observed = ['--observation', 'EJERCICIO: visto', '--language', 'es'];
  const kept = await run(['acknowledge', address, 'SEEN_HERE_TOO', ...observed, '--as', 'gt-mp']);
  expect([kept.code, kept.said]).toEqual([0, '']);
  const answer = await run(['get', JSON.parse(kept.out).address, '--as', 'mx-fgr']);
  expect(JSON.parse(answer.out)).toMatchObject({ type: 'acknowledgement', data: { of: address } });
  expect((await run(['acknowledgements', '--as', 'gt-mp'])).out).toBe('[]\n');
  const lines = await run(['acknowledgements', address, '--as', 'mx-fgr', '--output', 'table']);
  expect(lines.out).toMatch(
    /^PARTICIPANT .*\nGT +gt-pgn +due 20\S+Z\nGT +gt-mp +answered +SEEN_HERE_TOO \(gt-mp, 20\S+Z\)\n$/,
  );

  expect(await run(['acknowledgements', '--overdue', '--as', 'ts-office'])).toMatchObject({
    code: 0,
    out: '[]\n',
  });
  expect((await run(['acknowledgements', '--overdue', '--as', 'mx-fgr'])).code).toBe(6);
  expect((await run(['acknowledgements', address, '--as', 'sv-fgr'])).code).toBe(5);
  expect((await run(['acknowledge', address, 'RECEIVED', '--as', 'sv-fgr'])).code).toBe(3);
  expect((await run(['acknowledge', address, 'MAYBE', '--as', 'gt-mp'])).code).toBe(2);
  expect((await run(['acknowledge', address, 'ACTING', '--observation', 'x', '--as', 'gt-mp'])).code).toBe(2);
});

/** What a command puts out once that has this in it: entries are written some 200 ms after what they tell of. */
async function untilTold(args: readonly string[], text: string): Promise<string> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const { out } = await run(args);
    if (out.includes(text) || Date.now() > deadline) return out;
  }
}

test('of several events the wrong ones are refused with their lines and reasons', async () => {
  const event = JSON.parse(await readFile(example, 'utf8'));
  const file = join(folder, 'mixed.ndjson');
  const wrong = { ...event, id: 'bad', data: { ...event.data, category: 'NONE' } };
  await writeFile(
    file,
    [...[{ ...event, id: 'good' }, wrong].map((each) => JSON.stringify(each)), 'nonsense\n'].join('\n'),
  );
  const { code, out, said } = await run(['publish', file, '--as', 'mx-fgr']);
  expect(code).toBe(3);
  expect(JSON.parse(out)).toEqual([
    expect.objectContaining({ line: 1, status: 'kept', id: 'good' }),
    expect.objectContaining({
      line: 2,
      status: 'refused',
      problem: expect.objectContaining({ code: 'invalid' }),
    }),
    expect.objectContaining({ line: 3, status: 'refused', problem: { title: 'this line is not JSON' } }),
  ]);
  expect(said).toContain('1 kept, 2 refused');
  expect((await run(['publish', example])).code).toBe(2);
  expect((await puebla({ ...exchange.environment, PUEBLA_TOKEN: 'a.b.c' }, ['publish', example])).code).toBe(
    6,
  );
});

test('the real incidents are imported within 5 seconds, each by its country; a second time adds nothing', async () => {
  const begun = performance.now();
  const { code, out, said } = await run(['import', 'incidents', incidents]);
  const tookMs = performance.now() - begun;
  expect([code, said]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({
    rows: 3311,
    events: 3311,
    kept: 3311,
    refused: 0,
    refusedRows: [],
    damagedLabels: {},
  });
  const events = (await allEvents()).filter(({ id }) => id.startsWith('mmp-'));
  expect(new Set(keysOf(events)).size).toBe(3311);
  expect(events).toHaveLength(3311);
  for (const { source, data } of events)
    expect(source.slice(0, 2).toUpperCase()).toBe(data.places?.[0]?.country);

  expect(JSON.parse((await run(['import', 'incidents', incidents])).out)).toEqual(JSON.parse(out));
  const again = await quickest(5_000, () => run(['import', 'incidents', incidents, '--again']));
  expect(JSON.parse(again.got.out)).toEqual(JSON.parse(out));
  // All of it is sent again, and so may stand for the first time, when something else took the processor.
  expect(Math.min(tookMs, again.ms)).toBeLessThan(onThisMachine(5_000));
  expect((await allEvents()).filter(({ id }) => id.startsWith('mmp-'))).toHaveLength(3311);
});

test('the real detections are imported with every figure; damaged labels are reported', async () => {
  const { code, out, said } = await run(['import', 'detections', detections]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ rows: 4286, events: 610, kept: 4286, refused: 0 });
  expect(said).toContain('Ciudadanos de su pa\uFFFDs');
  const events = await allEvents('--kind', 'statistic');
  expect(events).toHaveLength(610);
  expect(events.reduce((sum, { data }) => sum + (data.cells?.length ?? 0), 0)).toBe(4286);
});

test('of a damaged file the sound rows are imported, and each other is listed with its line', async () => {
  const file = join(folder, 'damaged.csv');
  const rows = [
    '\uFEFFdead_and_missing,latitude,remark,longitude,country,date',
    '1,15.5,first,-90.5,GT,2015-01-01',
    '1,15.5,"over\r\ntwo lines",-90.5,GT,2015-01-02',
    '1,15.5,,-90.5,ZZ,2015-01-03',
    '1,15.5,,-90.5,GT,2015-02-30',
    '1,15.5,"lost,-90.5,GT,2015-01-05',
    '1,15.5',
    '2,15.5,last,-90.5,GT,2015-01-06',
  ];
  await writeFile(file, `${rows.join('\r\n')}\r\n`);
  const { code, out, said } = await run(['import', 'incidents', file]);
  expect(code).toBe(3);
  expect(JSON.parse(out)).toMatchObject({
    rows: 7,
    kept: 3,
    refused: 4,
    countries: [{ country: 'GT', rows: 4, kept: 3, refused: 1 }],
  });
  expect(said.split('\n').map((line) => line.replace(`${file}:`, '').slice(0, 20))).toEqual([
    expect.stringContaining('5: country "ZZ"'),
    expect.stringContaining('6: date "2015-02-30"'),
    expect.stringContaining('7: a quote is opened'),
    expect.stringContaining('8: 2 fields'),
    expect.stringContaining('puebla: 4 of 7 rows'),
    '',
  ]);
  expect(await run(['import', 'incidents', join(root, 'README.md')])).toMatchObject({
    code: 2,
  });
});

test('an import that is ended by Ctrl-C goes on where it was, and nothing is there twice', async () => {
  const file = join(folder, 'long.csv');
  const rows = Array.from(
    { length: 6_000 },
    (_, i) => `2016-05-0${(i % 9) + 1},HN,${(i / 1000).toFixed(3)},-87.5,${i % 7}`,
  );
  await writeFile(file, `date,country,latitude,longitude,dead_and_missing\n${rows.join('\n')}\n`);
  const before = (await allEvents('--publisher', 'HN')).length;
  const cut = await runProcess(['import', 'incidents', file], { interruptAfter: await untilMore(published) });
  if (cut.code !== 0) {
    expect(cut.code).toBe(130);
    expect(cut.out).toBe('');
    expect(cut.said).toContain('run the same command again');
  }
  const rest = await run(['import', 'incidents', file]);
  expect(rest.code).toBe(0);
  expect(JSON.parse(rest.out)).toMatchObject({ rows: 6_000, kept: 6_000, refused: 0 });
  const events = await allEvents('--publisher', 'HN');
  expect(events).toHaveLength(before + 6_000);
  expect(new Set(keysOf(events)).size).toBe(events.length);
});

test('a place that is kept in a file goes on exactly, over runs and with another filter', async () => {
  const place = join(folder, 'place');
  const tail = async (...args: string[]): Promise<Event[]> => {
    const { code, out } = await run([
      'tail',
      '--since',
      'earliest',
      '--cursor-file',
      place,
      '--output',
      'ndjson',
      ...args,
    ]);
    expect(code).toBe(0);
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  };
  const seen = [...(await tail('--limit', '7')), ...(await tail('--limit', '40', '--kind', 'alert'))];
  const rest = await tail('--no-follow');
  const whole = await allEvents();
  expect(seen).toHaveLength(47);
  expect(keysOf([...seen, ...rest]).sort()).toEqual(keysOf(whole).sort());
  expect(await tail('--no-follow')).toEqual([]);
});

test('[] is what nothing looks like; who stops reading is no error; Ctrl-C ends tail with 0', async () => {
  expect(await run(['tail', '--no-follow', '--kind', 'practice'])).toMatchObject({ code: 0, out: '[]\n' });
  const ended = await runProcess(['tail'], { interruptAfter: await untilMore(subscribers) });
  expect(ended).toMatchObject({ code: 0, out: '', said: '' });
  const shell = `"${process.execPath}" services/cli/bin/puebla.mjs tail --since earliest | head -1; echo "\${PIPESTATUS[@]}"`;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-c', shell], {
    cwd: root,
    env: { ...process.env, ...exchange.environment },
  });
  expect([stdout.split('\n').slice(1), stderr]).toEqual([['0 0', ''], '']);
});

test('rebuild fills the library again from the log', async () => {
  const { code, out } = await run(['rebuild']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ applied: expect.any(Number) });
  expect(JSON.parse(out).applied).toBeGreaterThanOrEqual((await allEvents()).length);
  expect((await run(['get', 'mx-fgr', 'x1', '--as', 'mx-fgr'])).code).toBe(0);
  expect((await run(['rebuild', '--as', 'mx-fgr'])).code).toBe(6);
});

test('a tail outlives the exchange: it goes on when that is back, with nothing missing and nothing twice', async () => {
  const event = JSON.parse(await readFile(example, 'utf8'));
  const publish = async (...ids: string[]): Promise<void> => {
    const input = ids.map((id) => JSON.stringify({ ...event, id })).join('\n');
    expect((await run(['publish', '-', '--as', 'mx-fgr'], input)).code).toBe(0);
  };
  const subscribed = await untilMore(subscribers);
  const following = run([
    'tail',
    '--publisher',
    'mx-fgr',
    '--as',
    'gt-mp',
    '--limit',
    '6',
    '--output',
    'ndjson',
  ]);
  await subscribed();
  await publish('o1', 'o2');
  await exchange.killNode();
  await exchange.start();
  await publish('o3', 'o4');
  await exchange.stop();
  expect((await run(['doctor'])).code).toBe(4);
  await exchange.start();
  await publish('o5', 'o6');
  const { code, out, said } = await following;
  expect(code).toBe(0);
  expect(
    out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  ).toEqual(['o1', 'o2', 'o3', 'o4', 'o5', 'o6']);
  expect(said).toContain('connection lost');
});
