import {
  createCompactedWriter,
  followCompacted,
  type Kafka,
  type Log,
  type LogRecord,
  recallsTopic,
} from '@puebla/kit';
import type { Statement } from '@puebla/schemas';

/** What recipients state of events that were taken back, the last of each agency; small, and as many as there are recalls and recipients. */
export interface Statements {
  of(address: string): readonly Statement[];
  /** Rejects with ProblemError unavailable. */
  put(statement: Statement): Promise<void>;
  close(): Promise<void>;
}

/** In their compacted topic, which every gateway follows. Rejects with KafkaError. */
export async function followStatements({ kafka, log }: { kafka: Kafka; log: Log }): Promise<Statements> {
  const known = new Map<string, Map<string, Statement>>();
  const followed = await followCompacted({
    kafka,
    topic: recallsTopic,
    role: 'recalls',
    log,
    onRecords(records) {
      for (const statement of records.flatMap(statementIn)) {
        const of = known.get(statement.of) ?? new Map<string, Statement>();
        known.set(statement.of, of.set(statement.agency, statement));
      }
    },
  });
  const writer = createCompactedWriter({ kafka, topic: recallsTopic, role: 'recalls', followed });
  return {
    of: (address) => [...(known.get(address)?.values() ?? [])],
    put: (statement) => writer.write(`${statement.of} ${statement.agency}`, statement),
    async close() {
      writer.close();
      await followed.close();
    },
  };
}

/** Gateways alone write the topic; what they cannot read was written by a newer one. */
function statementIn({ value }: LogRecord): Statement[] {
  if (value === null) return [];
  try {
    return [JSON.parse(value.toString('utf8')) as Statement];
  } catch {
    return [];
  }
}
