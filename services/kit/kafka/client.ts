import { type API, metadataV12 } from '@platformatic/kafka';
import { type Address, type BrokerConnection, openConnection } from './connection.ts';
import { brokerCodes, KafkaError } from './errors.ts';

export interface KafkaOptions {
  /** `host:port` of brokers to begin with. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly connectTimeoutMs?: number;
  /** Bound on a metadata call. */
  readonly callTimeoutMs?: number;
  /** Where a broker is reached when not at its advertised address: a tunnel, or a proxy that makes faults. */
  readonly via?: (address: Address) => Address;
}

interface TopicLayout {
  readonly id: string;
  /** Leader's node id by partition. */
  readonly leaders: readonly number[];
}

export interface ClusterLayout {
  readonly clusterId: string;
  readonly brokers: ReadonlyMap<number, Address>;
  readonly topics: ReadonlyMap<string, TopicLayout>;
}

/** The cluster as one client sees it: where lanes are led, and connections by role. */
export interface Kafka {
  readonly options: KafkaOptions;
  /** Cached; `fresh` asks the cluster. Throws KafkaError when no broker answers or a topic does not exist. */
  layout(topics: readonly string[], fresh?: boolean): Promise<ClusterLayout>;
  forgetLayout(): void;
  /** One connection a role and broker: a long poll of one role never delays another. Opened anew when it has gone. */
  connection(role: string, address: Address): Promise<BrokerConnection>;
  drop(role: string): void;
  call<Args extends unknown[], Answer>(
    role: string,
    address: Address,
    api: API<Args, Answer>,
    args: Args,
    boundMs: number,
  ): Promise<Answer>;
  close(): void;
}

export function connectKafka(options: KafkaOptions): Kafka {
  const { brokers, clientId, connectTimeoutMs = 1_500, callTimeoutMs = 1_500, via = (a) => a } = options;
  const bootstrap = brokers.map(parseAddress);
  const connections = new Map<string, Promise<BrokerConnection>>();
  let known: ClusterLayout | undefined;
  let asking: Promise<ClusterLayout> | undefined;
  let closed = false;

  const connection = async (role: string, address: Address): Promise<BrokerConnection> => {
    if (closed) throw new KafkaError('kafka-closed', 'this client was closed');
    const key = `${role} ${address.host}:${address.port}`;
    const existing = connections.get(key);
    if (existing !== undefined) {
      const settled = await existing.catch(() => undefined);
      if (settled?.open) return settled;
      if (connections.get(key) === existing) connections.delete(key);
      else return connection(role, address);
    }
    const opening = openConnection(via(address), { clientId: `${clientId}-${role}`, connectTimeoutMs });
    connections.set(key, opening);
    opening.catch(() => connections.delete(key));
    const opened = await opening;
    if (closed) opened.destroy();
    return opened;
  };

  const ask = async (): Promise<ClusterLayout> => {
    let failure: unknown;
    const candidates = [...(known?.brokers.values() ?? []), ...bootstrap];
    // Twice each: a connection that was open may turn out to have been cut.
    for (const address of [...candidates, ...candidates]) {
      try {
        const opened = await connection('layout', address);
        const answer = await opened.call(metadataV12.api, [null, false, false], callTimeoutMs);
        return toLayout(answer);
      } catch (error) {
        failure = error;
      }
    }
    throw new KafkaError('kafka-unreachable', 'no broker answers', { cause: failure });
  };

  const layout: Kafka['layout'] = async (topics, fresh = false) => {
    const cached = known;
    if (!fresh && cached !== undefined && topics.every((topic) => cached.topics.has(topic))) return cached;
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    const answer = await asking;
    known = answer;
    const missing = topics.filter((topic) => !answer.topics.has(topic));
    if (missing.length > 0) {
      throw new KafkaError('kafka-refused', `the cluster has no topic ${missing.join(', ')}`);
    }
    return answer;
  };

  return {
    options,
    layout,
    forgetLayout() {
      known = undefined;
    },
    connection,
    drop(role) {
      for (const [key, opening] of connections) {
        if (!key.startsWith(`${role} `)) continue;
        connections.delete(key);
        opening.then(
          (opened) => opened.destroy(),
          () => {},
        );
      }
    },
    async call(role, address, api, args, boundMs) {
      const opened = await connection(role, address);
      return opened.call(api, args, boundMs);
    },
    close() {
      closed = true;
      for (const opening of connections.values()) {
        opening.then(
          (opened) => opened.destroy(),
          () => {},
        );
      }
      connections.clear();
    },
  };
}

type MetadataAnswer = Awaited<ReturnType<typeof metadataV12.api.async>>;

function toLayout(answer: MetadataAnswer): ClusterLayout {
  const topics = new Map<string, TopicLayout>();
  for (const topic of answer.topics) {
    if (topic.errorCode !== 0 || topic.name === null || topic.name === undefined) continue;
    const leaders: number[] = [];
    for (const partition of topic.partitions) leaders[partition.partitionIndex] = partition.leaderId;
    topics.set(topic.name, { id: topic.topicId, leaders });
  }
  return {
    clusterId: answer.clusterId ?? '',
    brokers: new Map(answer.brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }])),
    topics,
  };
}

function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

/** Groups lanes by the broker that leads them. Throws KafkaError when a lane has no leader now. */
export function byLeader<T>(
  layout: ClusterLayout,
  items: Iterable<T>,
  laneOf: (item: T) => { topic: string; partition: number },
): Map<number, { address: Address; items: T[] }> {
  const groups = new Map<number, { address: Address; items: T[] }>();
  for (const item of items) {
    const { topic, partition } = laneOf(item);
    const leader = layout.topics.get(topic)?.leaders[partition] ?? -1;
    let group = groups.get(leader);
    if (group === undefined) {
      const address = layout.brokers.get(leader);
      if (address === undefined) {
        throw new KafkaError('kafka-unreachable', `lane ${topic}/${partition} has no leader now`, {
          brokerCode: brokerCodes.leaderNotAvailable,
        });
      }
      group = { address, items: [] };
      groups.set(leader, group);
    }
    group.items.push(item);
  }
  return groups;
}
