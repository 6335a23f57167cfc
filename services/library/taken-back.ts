import type { FollowedThreads } from '@puebla/kit';
import type pg from 'pg';
import type { Batch } from './batch.ts';

/**
 * Before a batch is written: what its events make of their threads is made known, as the gateway does that took them, unless it died in
 * between. Rejects with KafkaError; done again it changes nothing.
 */
export async function tellThreads(
  _client: pg.Client,
  threads: FollowedThreads,
  { rows }: Batch,
): Promise<void> {
  const changes = rows.flatMap(({ change }) => (change === undefined ? [] : [change]));
  if (changes.length > 0) await threads.write(changes);
}
