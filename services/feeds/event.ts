import { type Codec, headOf, type LogRecord, PoisonError, toCloudEvent } from '@puebla/kit';
import { type EventHead, type Facets, kindOf } from '@puebla/schemas';

/** An event as the feeds hold it: decided by `head` and `facets`, written as `json`, encoded once for everybody. */
export interface FeedEvent {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** When the exchange accepted it, epoch ms. */
  readonly accepted: number;
  readonly head: EventHead;
  readonly facets: Facets;
  /** The structured CloudEvent, on one line. */
  readonly json: string;
}

/** Throws (or rejects with) PoisonError, RegistryUnavailableError. */
export function toFeedEvent(codec: Codec, record: LogRecord): FeedEvent | Promise<FeedEvent> {
  const head = headOf(record);
  const kind = kindOf(head.kind);
  if (kind === undefined || kind.topic !== record.topic) throw new PoisonError('undecodable');
  const finish = (data: Record<string, unknown>): FeedEvent => ({
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    accepted: record.timestamp,
    head,
    facets: kind.facets(data),
    json: JSON.stringify(toCloudEvent(head, record.timestamp, data)),
  });
  const data = codec.decode(kind, record.value);
  return data instanceof Promise ? data.then(finish) : finish(data);
}
