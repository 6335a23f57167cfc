import { type EventHead, idPattern, type Kind, kindOf } from '@puebla/schemas';
import { PoisonError } from './codec.ts';
import { headOf } from './event-record.ts';
import type { LogRecord } from './kafka/record.ts';
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
  if (kind === undefined || kind.topic !== topic) throw new PoisonError('kind');
  if (digest === undefined || digest === '') throw new PoisonError('digest');
  if (!agencyPattern.test(head.agency) || !idPattern.test(head.id)) throw new PoisonError('identity');
  if (key === null || identityOf(key) !== `${head.agency}/${head.id}`) throw new PoisonError('key');
  if (hasNul(head)) throw new PoisonError('attribute');
  return { head, kind, digest };
}

/** PostgreSQL has no NUL in text. */
function hasNul({ thread, readers, participant, tlp }: EventHead): boolean {
  return [thread, readers, participant, tlp].some((text) => text?.includes('\0') === true);
}
