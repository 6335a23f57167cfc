/** A little of what the exchange does with Kafka and the registry, so that they have loaded the classes that it takes. */
import { registryUrl } from './registry.ts';

export async function exercise(ports: { readonly kafka: number; readonly registry: number }): Promise<void> {
  await Promise.allSettled([
    exerciseKafka(`127.0.0.1:${ports.kafka}`),
    exerciseRegistry(registryUrl(ports.registry)),
  ]);
}

const topic = 'exercise';
/** As many as make a broker load lanes by the dozen when it starts. */
const partitions = 20;
const timeoutMs = 10_000;

async function exerciseKafka(broker: string): Promise<void> {
  const { connectKafka, createProducer, encodeRecord, ends, ensureTopics, readOnce } = await import(
    '@puebla/kit'
  );
  await ensureTopics({ brokers: [broker], clientId: 'exercise' }, [{ topic, partitions, config: {} }]);
  const kafka = connectKafka({ brokers: [broker], clientId: 'exercise' });
  const producer = createProducer(kafka, { sendTimeoutMs: timeoutMs });
  try {
    const record = { topic, content: encodeRecord('k', Buffer.from('v'), []) };
    await producer.send([
      { ...record, partition: 0 },
      { ...record, partition: 1 },
    ]);
    await ends(kafka, [topic]);
    await readOnce(kafka, 'exercise', [{ topic, partition: 0, offset: 0 }]);
  } finally {
    producer.close();
    kafka.close();
  }
}

/** What the registry's client asks when it registers a schema and its next version, and when it reads one. */
async function exerciseRegistry(base: string): Promise<void> {
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && { body: JSON.stringify(body) }),
    });
    await response.body?.cancel();
  };
  const schema = (fields: readonly object[]) => ({
    schemaType: 'AVRO',
    schema: JSON.stringify({ type: 'record', name: 'Exercise', fields }),
  });
  const first = { name: 'first', type: 'string', default: '' };
  await ask('GET', '/config/exercise');
  await ask('PUT', '/config/exercise', { compatibility: 'FULL_TRANSITIVE' });
  await ask('POST', '/subjects/exercise/versions', schema([first]));
  await ask('POST', '/subjects/exercise/versions', schema([first, { ...first, name: 'second' }]));
  await ask('POST', '/subjects/exercise', schema([first]));
  await ask('GET', '/subjects/exercise/versions/latest');
  await ask('GET', '/schemas/ids/1');
}
