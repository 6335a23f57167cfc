import { type EventHead, idPattern, type Kind, kindOf, kindOfTopic } from '@puebla/schemas';
import { PoisonError } from './codec.ts';
import { headOf } from './event-record.ts';
import type { LogRecord } from './kafka/record.ts';
import { headerIn } from './kafka/record-batch.ts';
import { identityOf } from './kafka/twin.ts';

/** Agency ids are the participant's code, a hyphen, a short name (rules.md); the bound keeps keys indexable. */
const agencyPattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/**
 * What a record says it is, before its value is decoded. Every way out asks this, so that what is poison to one is to all.
 * @throws PoisonError when it is no event of the exchange
 */
export function eventIn({ topic, key, headers }: Pick<LogRecord, 'topic' | 'key' | 'headers'>): {
  head: EventHead;
  kind: Kind;
  digest: string;
} {
  const head = headOf({ headers });
  const kind = kindOf(head.kind);
  const digest = headers['digest'];
  if (kind === undefined || !belongs(kind, topic, head)) throw new PoisonError('kind');
  if (digest === undefined || digest === '') throw new PoisonError('digest');
  if (!agencyPattern.test(head.agency) || !idPattern.test(head.id)) throw new PoisonError('identity');
  if (key === null || identityOf(key) !== `${head.agency}/${head.id}`) throw new PoisonError('key');
  if (hasNul(head)) throw new PoisonError('attribute');
  return { head, kind, digest };
}

/** Whose schema its value has, by what it says, or else by its topic. Undefined in a topic that is no kind's. */
export function kindIn({ topic, content }: Pick<LogRecord, 'topic' | 'content'>): Kind | undefined {
  return kindOf(headerIn(content, 'ce_type') ?? '') ?? kindOfTopic(topic);
}

/** Whether it goes on with a thread. */
export function isInThread({ content }: Pick<LogRecord, 'content'>): boolean {
  return headerIn(content, 'ce_thread') !== undefined;
}

/** An answer is in the topic of the event that it answers. */
function belongs({ name, answer }: Kind, topic: string, { thread }: EventHead): boolean {
  const owner = kindOfTopic(topic);
  return answer === undefined ? owner?.name === name : owner !== undefined && thread !== undefined;
}

/** `<agency>/<id>` of the event that a tombstone takes away; undefined for a marker, and for what is no event's key. */
export function identityErasedBy({ key }: Pick<LogRecord, 'key'>): string | undefined {
  const identity = identityOf(key ?? '');
  const slash = identity.indexOf('/');
  const isEvents = agencyPattern.test(identity.slice(0, slash)) && idPattern.test(identity.slice(slash + 1));
  return slash > 0 && isEvents ? identity : undefined;
}

/** PostgreSQL has no NUL in text. */
function hasNul({ thread, readers, participant, tlp }: EventHead): boolean {
  return [thread, readers, participant, tlp].some((text) => text?.includes('\0') === true);
}
