import { connectKafka, ends, offsetOf, readLane } from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import pg from 'pg';

/** How often each of the events from `offsets` on stands in the alerts of a lane, by id. */
export async function idsInLog(
  kafka: string,
  lane: { readonly partition: number; readonly from: number },
): Promise<Map<string, number>> {
  const port = connectKafka({ brokers: [kafka], clientId: 'overload' });
  const { topic, partition } = { topic: alertTopic(), partition: lane.partition };
  const seen = new Map<string, number>();
  try {
    const to = offsetOf(await ends(port, [topic]), { topic, partition });
    for await (const records of readLane(port, 'overload', { topic, partition, from: lane.from, to })) {
      for (const { headers } of records) {
        const id = headers['ce_id'] ?? '';
        seen.set(id, (seen.get(id) ?? 0) + 1);
      }
    }
  } finally {
    port.close();
  }
  return seen;
}

/** The end of a lane of alerts. */
export async function laneEnd(kafka: string, partition: number): Promise<number> {
  const port = connectKafka({ brokers: [kafka], clientId: 'overload' });
  try {
    return offsetOf(await ends(port, [alertTopic()]), { topic: alertTopic(), partition });
  } finally {
    port.close();
  }
}

/** The ids of an agency's events that the library has. */
export async function idsInLibrary(databaseUrl: string, agency: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>('select id from library.events where agency = $1', [
      agency,
    ]);
    return new Set(rows.map(({ id }) => id));
  } finally {
    await client.end();
  }
}

function alertTopic(): string {
  const topic = catalogue.find(({ name }) => name === 'alert')?.topic;
  if (topic === undefined) throw new RangeError('no kind alert');
  return topic;
}
