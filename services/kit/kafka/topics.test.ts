import kafkajs from 'kafkajs';
import { expect, test } from 'vitest';
import { brokerCodes } from './errors.ts';
import { lostForNow } from './topics.ts';

const {
  KafkaJSConnectionError,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
} = kafkajs;
/** As a broker answers, by Kafka's own table of errors. */
const answered = (type: string, code: number, retriable: boolean) =>
  new KafkaJSProtocolError(Object.assign(new Error(type), { type, code, retriable }));
const givenUp = (error: Error) =>
  new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 5, retryTime: 3_000 });

test('a topic that the broker does not know yet is lost for now, after all retries of the client too', () => {
  const unknown = answered('UNKNOWN_TOPIC_OR_PARTITION', brokerCodes.unknownTopicOrPartition, true);
  for (const error of [unknown, givenUp(unknown)])
    expect(lostForNow(error)).toMatchObject({
      code: 'kafka-lost',
      brokerCode: brokerCodes.unknownTopicOrPartition,
    });
});

test('so is an answer that did not come', () => {
  const late = new KafkaJSRequestTimeoutError('Request Metadata timed out', {
    broker: 'a:1',
    clientId: 'puebla',
    correlationId: 1,
    createdAt: 0,
    sentAt: 0,
    pendingDuration: 0,
  });
  expect(lostForNow(givenUp(late))).toMatchObject({ code: 'kafka-lost' });
});

test('what will not be otherwise by waiting is not: nobody there, or a refusal', () => {
  expect(lostForNow(givenUp(new KafkaJSConnectionError('connect ECONNREFUSED')))).toBeUndefined();
  expect(lostForNow(answered('TOPIC_AUTHORIZATION_FAILED', 29, false))).toBeUndefined();
});
