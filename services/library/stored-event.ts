import { asLogRecord, type Codec, headOf, toCloudEvent } from '@puebla/kit';
import { kindOf } from '@puebla/schemas';

/** What `library.events` keeps of an event's place and content. */
export interface StoredEvent {
  readonly topic: string;
  readonly partition: number;
  readonly accepted: Date;
  /** As it stands in the log. */
  readonly record: Buffer;
}

/** The structured CloudEvent that readers get, as JSON. Throws (rejects with) what decoding does. */
export async function jsonOf(
  codec: Pick<Codec, 'decode'>,
  { topic, partition, accepted, record: content }: StoredEvent,
): Promise<string> {
  const timestamp = accepted.getTime();
  const { headers, value } = asLogRecord({ topic, partition, content }, { offset: 0, timestamp });
  const head = headOf({ headers });
  const kind = kindOf(head.kind);
  if (kind === undefined) throw new RangeError(`the view holds an event of no known kind, in ${topic}`);
  return JSON.stringify(toCloudEvent(head, timestamp, await codec.decode(kind, value)));
}
