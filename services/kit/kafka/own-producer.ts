import { connectKafka, type Kafka } from './client.ts';
import { createProducer, type Producer } from './producer.ts';

/** A producer with connections of its own, opened when it is first needed: for what is seldom written. */
export interface OwnProducer {
  get(): Producer;
  close(): void;
}

/** @param role ends the client's id */
export function createOwnProducer(
  { options: ofKafka }: Pick<Kafka, 'options'>,
  role: string,
  options: Omit<Parameters<typeof createProducer>[1], 'clock'>,
): OwnProducer {
  let opened: { readonly kafka: Kafka; readonly producer: Producer } | undefined;
  return {
    get() {
      if (opened === undefined) {
        const kafka = connectKafka({ ...ofKafka, clientId: `${ofKafka.clientId}-${role}` });
        opened = { kafka, producer: createProducer(kafka, options) };
      }
      return opened.producer;
    },
    close() {
      opened?.producer.close();
      opened?.kafka.close();
      opened = undefined;
    },
  };
}
