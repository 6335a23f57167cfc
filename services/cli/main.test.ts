import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kinds } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Capture, capture } from './capture.ts';
import { exitCodes } from './exit-codes.ts';
import { createProgram, main } from './index.ts';

const example = join(import.meta.dirname, '../../schemas/kinds/alert/example.json');
let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'puebla-cli-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Port 1 answers nobody. */
async function run(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Capture & { code: number }> {
  const cli = capture({ PUEBLA_HOME: home, PUEBLA_PORT: '1', ...environment });
  const code = await main(cli, args);
  await new Promise((resolve) => setImmediate(resolve));
  return { ...cli, code };
}

const names = createProgram(capture({})).commands.map((command) => command.name());

test('there is a command for each thing that was promised', () => {
  expect(names.sort()).toEqual([
    'access',
    'acknowledge',
    'acknowledgements',
    'audit',
    'client',
    'dead',
    'demo',
    'directory',
    'doctor',
    'drafts',
    'get',
    'import',
    'keys',
    'kinds',
    'preview',
    'publish',
    'rebuild',
    'recall',
    'status',
    'tail',
    'token',
    'validate',
  ]);
});

test.each(names)('puebla %s --help has examples, on stdout, and is no error', async (name) => {
  const { code, out, said } = await run([name, '--help']);
  expect(code).toBe(0);
  expect(out()).toContain('Examples:');
  expect(out()).toContain(`$ puebla ${name}`);
  expect(out()).toContain('--output');
  expect(said()).toBe('');
});

test('puebla --help has the table of exit codes', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(0);
  for (const [number, meaning] of Object.values(exitCodes)) expect(out()).toContain(`${number}  ${meaning}`);
});

test.each([
  [[], 2],
  [['nonsense'], 2],
  [['kinds', '--output', 'xml'], 2],
  [['kinds', '--nonsense'], 2],
  [['token'], 2],
  [['token', 'mx-nobody'], 2],
  [['token', 'mx-fgr', '--ttl', '3601'], 2],
  [['client'], 2],
  [['client', 'nonsense'], 2],
  [['get'], 2],
  [['get', 'nonsense'], 2],
  [['get', 'mx-fgr', 'an id with spaces'], 2],
  [['publish', example], 2],
  [['publish', example, '--as', 'nobody'], 2],
  [['publish', example, '--as', 'mx-nobody'], 4],
  [['demo', '--live', 'soon'], 2],
  [['demo', '--no-live'], 4],
  [['directory'], 2],
  [['directory', 'list', 'nothing'], 2],
  [['directory', 'list', 'agencies'], 2],
  [['directory', 'list', 'agencies', '--at', 'soon', '--as', 'mx-fgr'], 2],
  [['directory', 'list', 'agencies', '--all', '--at', '2026-01-01', '--as', 'mx-fgr'], 2],
  [['directory', 'put', 'agencies', join('no', 'such', 'file'), '--as', 'mx-fgr'], 2],
  [['directory', 'put', 'agencies', import.meta.filename, '--as', 'mx-fgr'], 2],
  [['directory', 'show', 'agencies', 'mx-fgr', '--as', 'mx-fgr'], 4],
  [['import', 'people', example], 2],
  [['import', 'incidents', join('no', 'such', 'file')], 2],
  [['validate', join('no', 'such', 'file')], 2],
  [['tail', '--since', 'earliest', '--cursor', 'x'], 2],
  [['tail', '--severity', 'WORST'], 2],
  [['tail', '--limit', '0'], 2],
  [['kinds', '--url', 'nonsense'], 0],
  [['get', 'mx-fgr', 'x', '--url', 'nonsense'], 2],
  [['get', 'mx-fgr', 'x'], 4],
  [['tail'], 4],
  [['publish', example, '--as', 'mx-fgr'], 4],
  [['rebuild'], 4],
  [['doctor'], 4],
])('puebla %j ends with %i, its reason on stderr, nothing but data on stdout', async (args, code) => {
  const result = await run(args);
  expect([result.code, result.said()]).toEqual([code, code === 0 ? '' : expect.stringMatching(/\S/)]);
  if (code === 2) expect(result.out()).toBe('');
});

test('an exchange that is slow to answer is not said to be down', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  try {
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, said } = await run(['doctor', '--url', `http://127.0.0.1:${port}`]);
    expect(code).toBe(4);
    expect(said()).toContain(`no whole answer from http://127.0.0.1:${port} (not in time)`);
    expect(said()).not.toContain('npm start');
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test('kinds come from the contract: a table, JSON, or lines', async () => {
  const json = await run(['kinds']);
  expect(JSON.parse(json.out()).map(({ kind }: { kind: string }) => kind)).toEqual(
    kinds.map(({ name }) => name),
  );
  const lines = (await run(['kinds', '-o', 'ndjson'])).out().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(JSON.parse(json.out()));
  expect((await run(['kinds', '-o', 'table'])).out()).toMatch(/^KIND +TITLE +TOPIC/);
});

test('a token is printed bare, for $(...), and as JSON when asked', async () => {
  const bare = (await run(['token', 'mx-fgr', '--ttl', '60'])).out();
  expect(bare).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  const claims = Buffer.from(bare.split('.')[1] ?? '', 'base64url').toString();
  const { sub, exp, iat } = JSON.parse(claims);
  expect([sub, exp - iat]).toEqual(['mx-fgr', 60]);
  expect(JSON.parse((await run(['token', 'mx-fgr', '-o', 'json'])).out())).toMatchObject({
    agency: 'mx-fgr',
    token: expect.any(String),
  });
  expect(JSON.parse((await run(['token', '--list'])).out())).toContainEqual(
    expect.objectContaining({ id: 'mx-fgr' }),
  );
  expect((await stat(join(home, 'keys', 'demonstration.jwk.json'))).mode & 0o077).toBe(0);
});

test('keys are rotated once, and the key that waits is told again', async () => {
  const first = JSON.parse((await run(['keys', 'rotate'])).out());
  const ahead = Date.parse(first.signsFrom) - Date.now();
  expect(ahead).toBeGreaterThan(9 * 60_000);
  expect(ahead).toBeLessThan(11 * 60_000);
  expect(JSON.parse((await run(['keys', 'rotate'])).out())).toEqual(first);
});

test('what an agency’s system signs in with is its own, and the same each time', async () => {
  const clientOf = async (agency: string) => JSON.parse((await run(['client', agency])).out());
  const client = await clientOf('mx-fgr');
  expect(client).toEqual({
    client_id: 'mx-fgr',
    client_secret: expect.stringMatching(/^[\w-]{43}$/),
    token_endpoint: 'http://127.0.0.1:1/oidc/token',
  });
  expect(await clientOf('mx-fgr')).toEqual(client);
  expect((await clientOf('gt-mp')).client_secret).not.toBe(client.client_secret);
  expect((await stat(join(home, 'keys', 'clients.key'))).mode & 0o077).toBe(0);
});

test.each([{ DATABASE_URL: 'postgresql://a:hidden@127.0.0.1/x' }, { OIDC_ISSUER: 'https://login.example' }])(
  'an exchange that is not the embedded one gives no keys, clients or tokens: %j',
  async (environment) => {
    for (const args of [
      ['token', 'mx-fgr'],
      ['client', 'mx-fgr'],
      ['keys', 'rotate'],
    ]) {
      const { code, out } = await run(args, environment);
      expect([code, out()]).toEqual([2, '']);
    }
  },
);

test('there are no demonstration tokens for an exchange that is not the embedded one', async () => {
  const { code, said, out } = await run(['token', 'mx-fgr'], {
    DATABASE_URL: 'postgresql://a:hidden@127.0.0.1/x',
  });
  expect([code, out()]).toEqual([2, '']);
  expect(said()).toContain('embedded exchange alone');
  expect(said()).not.toContain('hidden');
});

test('validate says [] of sound events, and where and why others are wrong', async () => {
  const sound = await run(['validate', example]);
  expect([sound.code, sound.out(), sound.said()]).toEqual([0, '[]\n', '1 events, 0 wrong\n']);
  const file = join(home, 'wrong.ndjson');
  await writeFile(
    file,
    '{"specversion":"1.0","type":"alert","tlp":"CLEAR","data":{"category":"NONE"}}\nnonsense\n',
  );
  const wrong = await run(['validate', file]);
  expect(wrong.code).toBe(3);
  expect(JSON.parse(wrong.out())).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        file,
        line: 1,
        event: 1,
        pointer: '/data/category',
        rule: 'enum',
        allowed: expect.arrayContaining(['TRAFFICKING']),
      }),
      expect.objectContaining({ file, line: 2, event: 2, pointer: '', rule: 'json' }),
    ]),
  );
  expect((await run(['validate', file, '-o', 'table'])).out()).toContain(
    `${file}:1 event 1 /data/category enum:`,
  );
});

test('doctor says what is wrong when nothing runs, or what ran has gone', async () => {
  const nothing = await run(['doctor']);
  expect(JSON.parse(nothing.out())).toMatchObject({
    ok: false,
    pid: null,
    addresses: { gateway: 'http://127.0.0.1:1' },
  });
  const other = join(home, 'gone');
  await mkdir(join(other, 'run'), { recursive: true });
  const addresses = {
    gateway: 'http://127.0.0.1:1',
    kafka: '127.0.0.1:1',
    registry: 'http://127.0.0.1:1/apis/ccompat/v7',
  };
  await writeFile(
    join(other, 'run', 'exchange.json'),
    JSON.stringify({ addresses, versions: { kafka: '4.3.1' }, pid: 2 ** 30 }),
  );
  const gone = await run(['doctor', '-o', 'json'], { PUEBLA_HOME: other });
  expect(gone.code).toBe(4);
  expect(JSON.parse(gone.out())).toMatchObject({ addresses, versions: { kafka: '4.3.1' } });
  expect(gone.said()).toMatch(/has gone without a word/);
  await writeFile(join(other, 'run', 'exchange.json'), '{');
  expect(await run(['doctor'], { PUEBLA_HOME: other })).toMatchObject({ code: 1 });
});
