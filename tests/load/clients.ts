import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { contenders } from '../../services/kit/kafka/compared/contender.ts';
import { type Result, resultOf } from './report.ts';

const root = resolve(import.meta.dirname, '../..');
const rounds = 3;
const roundBoundMs = 120_000;
/** A client may hang in every case of the contract, each for this long. */
const caseBoundMs = 15_000;
const contractBoundMs = 600_000;
/** What is produced and followed; what is asked once is in port-reads.int.test.ts, which clients do not have. */
const contract = ['services/kit/kafka/port.int.test.ts', 'services/kit/kafka/port-faults.int.test.ts'];
const quiet = ['--disable-warning=TimeoutNegativeWarning', '--disable-warning=ExperimentalWarning'];

interface Stack {
  readonly kafka: string;
  readonly registry: string;
}

/** The port and the high-level producers and consumers of two clients: the same contract, the same records, the same broker. */
export async function compareClients(stack: Stack): Promise<Result[]> {
  const results: Result[] = [];
  const names = Object.keys(contenders);
  const costs = new Map<string, number[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) {
      console.error(`clients: ${name}, round ${round} of ${rounds}`);
      for (const [what, { rate, cpu }] of Object.entries(await oneRound(name, stack))) {
        push(costs, `${name}.${what}`, rate);
        push(costs, `${name}.${what}.cpu`, cpu);
      }
    }
  }
  for (const [name, values] of costs) {
    results.push(resultOf(`client.${name}`, name.endsWith('.cpu') ? 'us/record' : 'records/s', values));
  }
  for (const name of names) {
    console.error(`clients: ${name}, the contract`);
    const { passed, failed } = await tryContract(name, stack);
    for (const one of failed) console.error(`  ${name} fails: ${one}`);
    results.push(resultOf(`client.${name}.passed`, `of ${passed + failed.length}`, [passed]));
  }
  return results;
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}

async function oneRound(
  name: string,
  { kafka }: Stack,
): Promise<Record<string, { rate: number; cpu: number }>> {
  const program = join(import.meta.dirname, 'client-round.ts');
  const args = [...quiet, program, name, kafka];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: roundBoundMs });
  return JSON.parse(stdout);
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

async function tryContract(
  name: string,
  { kafka, registry }: Stack,
): Promise<{ passed: number; failed: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'puebla-clients-'));
  const file = join(folder, 'results.json');
  try {
    const vitest = spawn(
      process.execPath,
      [
        ...[...quiet, `${root}/node_modules/vitest/vitest.mjs`, 'run', ...contract],
        ...['--silent', `--testTimeout=${caseBoundMs}`, '--reporter=json', `--outputFile=${file}`],
      ],
      {
        cwd: root,
        stdio: 'ignore',
        timeout: contractBoundMs,
        env: {
          ...process.env,
          PUEBLA_TEST_CLIENT: name,
          PUEBLA_TEST_KAFKA: kafka,
          PUEBLA_TEST_REGISTRY: registry,
          // The port's contract has nothing to do with it.
          PUEBLA_TEST_DATABASE_URL: 'none',
        },
      },
    );
    await new Promise((ended) => vitest.once('exit', ended));
    const report: Report = JSON.parse(readFileSync(file, 'utf8'));
    const cases = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    const failed = cases.filter(({ status }) => status !== 'passed');
    return {
      passed: cases.length - failed.length,
      failed: failed.map(({ fullName, failureMessages }) => `${fullName}\n${excerpt(failureMessages)}`),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What was expected and what came, without the places in the code. */
function excerpt(messages: readonly string[]): string {
  const lines = messages.join('\n').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, 14)
    .map((line) => `    ${line}`)
    .join('\n');
}
