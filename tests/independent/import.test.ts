import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { participantOf } from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { startTestExchange, type TestExchange } from '../exchange.ts';

/** The real incidents are in the lanes of their countries, as another client in another language reads them. */

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const file = join(root, 'tests/data/incidents.csv');
const prefix = 'mmp-';
let exchange: TestExchange;
let python = '';

/** A Python with the two packages, made once a machine. */
async function pythonWithPackages(): Promise<string> {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const name = Buffer.from(readFileSync(requirements)).toString('base64url').slice(0, 64);
  const folder = join(tmpdir(), `puebla-python-${name}`);
  const program = join(folder, 'bin/python3');
  const done = join(folder, 'done');
  const isDone = await access(done).then(
    () => true,
    () => false,
  );
  if (isDone) return program;
  await run('python3', ['-m', 'venv', '--clear', folder]);
  await run(program, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  await mkdir(done);
  return program;
}

beforeAll(async () => {
  python = await pythonWithPackages();
  exchange = await startTestExchange();
});
afterAll(() => exchange.close());

interface Line {
  readonly partition: number;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly data: {
    occurred: { from: string };
    places: { country: string; latitude: number; longitude: number }[];
  };
}

async function importIncidents(): Promise<{ kept: number; elapsedMs: number }> {
  const began = performance.now();
  const { stdout } = await run(
    process.execPath,
    ['services/cli/bin/puebla.mjs', 'import', 'incidents', file, '--url', exchange.url, '--output', 'json'],
    { cwd: root, env: { ...process.env, PUEBLA_HOME: exchange.home }, maxBuffer: 16 * 1024 * 1024 },
  );
  const { countries } = JSON.parse(stdout) as { countries: { kept: number }[] };
  return {
    kept: countries.reduce((sum, { kept }) => sum + kept, 0),
    elapsedMs: performance.now() - began,
  };
}

test('3,311 incidents, each once, in the lane of its country and nowhere else; a second import adds none', async () => {
  const first = await importIncidents();
  expect(first.kept).toBe(3_311);
  console.log(`imported in ${Math.round(first.elapsedMs)} ms`);
  expect((await importIncidents()).kept).toBe(3_311);

  const { kafka, registryUrl } = testStack();
  const { stdout } = await run(
    python,
    [join(import.meta.dirname, 'consumer.py'), kafka, registryUrl, 'puebla.alert'],
    { maxBuffer: 512 * 1024 * 1024 },
  );
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const imported = lines.filter(({ headers }) => headers['ce_id']?.startsWith(prefix));
  expect(imported).toHaveLength(3_311);
  expect(new Set(imported.map(({ key }) => key)).size).toBe(3_311);
  for (const { partition, key, headers, data } of imported) {
    const country = data.places[0]?.country ?? '';
    expect([key, partition]).toEqual([key, participantOf(country)?.lane]);
    expect(headers['ce_participant']).toBe(country);
    expect(key).toBe(`${headers['ce_source']}/${headers['ce_id']}`);
  }
  const rows = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  const published = rows.map((row) => {
    const [date, country, latitude, longitude] = row.split(',');
    return `${date} ${country} ${Number(latitude)} ${Number(longitude)}`;
  });
  const read = imported.map(({ data: { occurred, places } }) => {
    const [place] = places;
    return `${occurred.from} ${place?.country} ${place?.latitude} ${place?.longitude}`;
  });
  expect(read.sort()).toEqual(published.sort());
});
