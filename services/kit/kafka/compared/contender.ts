import { follow } from '../follow.ts';
import { createProducer, type RecordToSend } from '../producer.ts';
import { encodeRecord } from '../record-batch.ts';
import { kafkajs } from './kafkajs.ts';
import type { Contender, PlainRecord } from './plain.ts';
import { platformatic } from './platformatic.ts';

const port: Contender = {
  createProducer(kafka, options) {
    const producer = createProducer(kafka, options);
    const encoded = ({ topic, partition, key, value, headers }: PlainRecord): RecordToSend => ({
      topic,
      partition,
      content: encodeRecord(key, value, Object.entries(headers)),
    });
    return { ...producer, sendPlain: (records) => producer.send(records.map(encoded)) };
  },
  follow,
};

/**
 * `port` is what the exchange uses; the others are the high-level producer and consumer of two clients, as a service would set
 * them up that wants what the port promises: idempotent, acks=all, no second send of their own, bounds as short as the port's.
 */
export const contenders: Readonly<Record<string, Contender>> = { port, platformatic, kafkajs };

/** Throws RangeError when there is none of that name. */
export function contenderOf(name: string): Contender {
  const found = contenders[name];
  if (found === undefined) throw new RangeError(`no client ${name}: ${Object.keys(contenders).join(', ')}`);
  return found;
}
