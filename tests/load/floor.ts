import { createServer } from 'node:http';
import { connectKafka, createProducer, encodeRecord, ensureTopics, type RecordToSend } from '@puebla/kit';
import { kindOf } from '@puebla/schemas';

/**
 * The bare floor of a publishing HTTP server, for comparison: node:http, JSON.parse, avsc and the same producer with the
 * same way of making batches; no sign-in, no contract, no identities, no receipts. Prints its port.
 */
const [brokers = '', topic = 'floor'] = process.argv.slice(2);
await ensureTopics({ brokers: brokers.split(','), clientId: 'floor-admin' }, [
  { topic, partitions: 1, config: { 'message.timestamp.type': 'LogAppendTime' } },
]);
const producer = createProducer(connectKafka({ brokers: brokers.split(','), clientId: 'floor' }), {
  sendTimeoutMs: 5_000,
});
await producer.prepare();
const alert = kindOf('alert');
if (alert === undefined) throw new Error('no kind alert');
const { type } = alert;

interface Waiting {
  readonly record: RecordToSend;
  readonly done: (written: boolean) => void;
}
let queue: Waiting[] = [];
let sending = false;

async function flush(): Promise<void> {
  sending = true;
  await new Promise((resolve) => setImmediate(resolve));
  while (queue.length > 0) {
    const batch = queue;
    queue = [];
    const outcomes = await producer.send(batch.map(({ record }) => record));
    batch.forEach(({ done }, index) => {
      done(outcomes[index]?.state === 'written');
    });
  }
  sending = false;
}

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => chunks.push(chunk));
  req.on('end', () => {
    const event = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const value = type.toBuffer(event.data);
    const record = { topic, partition: 0, content: encodeRecord(event.id, value, []) };
    queue.push({
      record,
      done: (written) => {
        const body = JSON.stringify({ id: event.id });
        res.writeHead(written ? 201 : 503, {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
        });
        res.end(body);
      },
    });
    if (!sending) flush().catch((error: unknown) => process.exit(Number(console.error(error) ?? 1)));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(JSON.stringify({ port: address.port }));
});
