import { ensureTopics, readConfig } from '@puebla/kit';
import { findJava } from '../../infra/embedded/java.ts';
import { fetchKafkaTools } from '../../infra/embedded/maven.ts';
import { run } from '../../infra/embedded/program.ts';
import { progressTo } from '../../infra/embedded/progress.ts';
import { type Result, resultOf } from './report.ts';

const rounds = 3;
const recordBytes = 600;
const producedRecords = 500_000;
const warmUpRecords = 50_000;
const timedRecords = 5_000;
const topic = 'bench-broker';

/**
 * What the broker itself can do, by Kafka's own tools (`ProducerPerformance`, `EndToEndLatency`): one lane, 600-byte records,
 * acks=all.
 */
export async function measureBroker(kafka: string): Promise<Result[]> {
  const config = readConfig(process.env);
  const progress = progressTo(process.stderr);
  const [java, jars] = [await findJava(config, progress), await fetchKafkaTools({ ...config, progress })];
  await ensureTopics({ brokers: [kafka], clientId: 'bench-admin' }, [{ topic, partitions: 1, config: {} }]);
  const tool = async (name: string, args: readonly string[]): Promise<string> => {
    const ran = await run(java.command, ['-cp', `${jars}/*`, `org.apache.kafka.tools.${name}`, ...args]);
    if (ran.code !== 0) throw new Error(`${name} ended with ${ran.code}: ${ran.output}`);
    return ran.output;
  };

  const produced: number[] = [];
  const latencies: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`broker: round ${round} of ${rounds}`);
    const producing = await tool('ProducerPerformance', [
      `--bootstrap-server=${kafka}`,
      `--topic=${topic}`,
      '--throughput=-1',
      '--command-property=acks=all',
      `--record-size=${recordBytes}`,
      `--num-records=${producedRecords + warmUpRecords}`,
      `--warmup-records=${warmUpRecords}`,
    ]);
    produced.push(numberIn(producing, /([\d.]+) records\/sec(?![\s\S]*records\/sec)/));
    const timing = await tool('EndToEndLatency', [kafka, topic, `${timedRecords}`, 'all', `${recordBytes}`]);
    latencies.push(numberIn(timing, /50th = (\d+)/));
  }
  return [resultOf('broker.produce', 'records/s', produced), resultOf('broker.latency.p50', 'ms', latencies)];
}

function numberIn(output: string, pattern: RegExp): number {
  const found = pattern.exec(output)?.[1];
  if (found === undefined) throw new Error(`no figure in: ${output}`);
  return Number(found);
}
