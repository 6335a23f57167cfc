/** One Kafka node in KRaft mode: broker and controller in one process. */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartFailure } from './failure.ts';
import type { Java } from './java.ts';
import { jvmOptions } from './jvm.ts';
import { run } from './program.ts';
import type { ServerSpec } from './server-process.ts';

export interface KafkaOptions {
  readonly home: string;
  readonly jars: string;
  readonly java: Java;
  readonly jvm: readonly string[];
  readonly ports: { readonly kafka: number; readonly kafkaController: number };
}

const heapMegabytes = 512;
/** The contract's largest event is far below; a batch of many may come near. */
const maxMessageBytes = 2 * 1024 * 1024;

/** Writes the configuration, and the storage's own files when the folder is new. */
export async function kafkaServer(options: KafkaOptions): Promise<ServerSpec> {
  const folder = join(options.home, 'kafka');
  mkdirSync(folder, { recursive: true });
  const logging = join(folder, 'log4j2.properties');
  writeFileSync(logging, log4jProperties);
  const config = join(folder, 'server.properties');
  const data = join(folder, 'data');
  writeFileSync(config, serverProperties(data, options.ports));
  const common = [
    ...jvmOptions(heapMegabytes),
    `-Dlog4j2.configurationFile=${logging}`,
    '-cp',
    `${options.jars}/*`,
  ];
  if (!existsSync(join(data, 'meta.properties'))) await format(folder, data, options, common);
  return {
    name: 'kafka',
    command: options.java.command,
    args: [...options.jvm, ...common, 'kafka.Kafka', config],
    env: { LANG: 'C.UTF-8' },
    ready: (log) => log().includes('Kafka Server started'),
    startBoundMs: 180_000,
    stopSignal: 'SIGTERM',
    stopBoundMs: 20_000,
  };
}

/** In a folder beside the real one, so that a format that is cut off is simply done again. */
async function format(
  folder: string,
  data: string,
  options: KafkaOptions,
  common: readonly string[],
): Promise<void> {
  const fresh = join(folder, 'data.new');
  const config = join(folder, 'format.properties');
  rmSync(fresh, { recursive: true, force: true });
  writeFileSync(config, serverProperties(fresh, options.ports));
  const clusterId = randomBytes(16).toString('base64url');
  const ran = await run(options.java.command, [
    ...common,
    'kafka.tools.StorageTool',
    'format',
    // One word: an id may begin with a hyphen, and would be taken for an option.
    `--cluster-id=${clusterId}`,
    '-c',
    config,
  ]);
  if (ran.code !== 0) {
    throw new StartFailure(
      'server-failed',
      `Kafka's folder ${data} could not be prepared: ${ran.output.split('\n').at(-1)}`,
    );
  }
  rmSync(config);
  renameSync(fresh, data);
}

/** The cluster's id, as the storage has it. */
export function clusterIdOf(home: string): string | undefined {
  const file = join(home, 'kafka', 'data', 'meta.properties');
  return existsSync(file) ? /^cluster\.id=(.+)$/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}

export function serverProperties(data: string, ports: KafkaOptions['ports']): string {
  const lines: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners: `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': data,
    // After a SIGKILL the broker waits for its old registration to end: 9 s by default, seconds too many here.
    'broker.session.timeout.ms': 1_000,
    'broker.heartbeat.interval.ms': 200,
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    // `since` is the time at which the log took the event, not what a publisher's clock says.
    'log.message.timestamp.type': 'LogAppendTime',
    // The log is the only source of truth: nothing in it goes by age or size.
    'log.retention.ms': -1,
    'log.retention.bytes': -1,
    'message.max.bytes': maxMessageBytes,
    'replica.fetch.max.bytes': maxMessageBytes,
    // Each lane maps its index files at their full size: 10 MB by default, times hundreds of lanes.
    'log.index.size.max.bytes': 512 * 1024,
    'log.segment.bytes': 256 * 1024 * 1024,
    // One node: its internal topics need one partition and one copy, and a young broker answers sooner.
    'offsets.topic.num.partitions': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // The metadata log is replayed at every start before the broker may register: by default two empty records a second
    // go into it and a snapshot is taken once an hour. Without the former, and a snapshot after each start, it stays short.
    'metadata.max.idle.interval.ms': 0,
    'metadata.log.max.record.bytes.between.snapshots': 4_096,
    'metadata.max.retention.ms': 3_600_000,
    'metadata.log.segment.bytes': 8 * 1024 * 1024,
    'num.network.threads': 2,
    'num.io.threads': 4,
    'num.recovery.threads.per.data.dir': 2,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
    'controlled.shutdown.enable': true,
  };
  return `# Written at every start from infra/embedded/kafka.ts\n${Object.entries(lines)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}

/** What happens in ordinary running is said by Kafka at INFO in thousands of lines; that it has started is one of them. */
const log4jProperties = `# Written at every start from infra/embedded/kafka.ts
status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %-5p %m (%c{1})%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.server.name = kafka.server.KafkaRaftServer
logger.server.level = info
logger.started.name = org.apache.kafka.common.utils.AppInfoParser
logger.started.level = error
`;
