import { type Check, type Codec, ends, type Kafka, type Service, type Verifier, within } from '@puebla/kit';
import { catalogue } from '@puebla/schemas';
import express from 'express';
import { createDeadRoutes } from './dead-routes.ts';
import { createSettling, type SettledThreads } from './settle.ts';
import { createStatusRoutes } from './status-routes.ts';
import type { WatchOptions } from './watch.ts';

/** A broker that does not answer within this is not there. */
const checkWithinMs = 2_000;

/** The monitor needs nothing of the other services but their addresses. */
export type MonitorOptions = Omit<WatchOptions, 'registry'> & {
  readonly codec: Codec;
  readonly threads: SettledThreads;
  readonly authenticate: Verifier['authenticate'];
  readonly registryUrl: string;
};

/**
 * The monitor: how the exchange is, and what is stuck.
 *
 * `GET /v1/status` (`watch.ts`) and `GET /v1/status/schemas/{subject}`, for operators and the Secretariat (`watchesExchange`).
 *
 * Dead letters, which it shows and settles, for operators alone (rules.md); for others there is nothing there: `GET /v1/dead` (`kind`, `state`,
 * `limit` to 1,000; newest first), `GET /v1/dead/{topic}/{partition}/{offset}` (`masked`), and of each letter `POST .../redrive` (`dry-run`, `force`) and
 * `POST .../discard` (`dry-run`).
 */
export function startMonitor(options: MonitorOptions): Service {
  const { kafka } = options;
  const settling = createSettling(options);
  const router = express.Router({ strict: true, caseSensitive: true });
  router.use(createStatusRoutes(options), createDeadRoutes({ kafka, settling, trust: options }));
  return {
    name: 'monitor',
    router,
    checks: async () => [await checkKafka(kafka)],
    close: async () => settling.close(),
  };
}

async function checkKafka(kafka: Kafka): Promise<Check> {
  const name = 'monitor.kafka';
  const topics = catalogue.map(({ deadTopic }) => deadTopic);
  try {
    await within(checkWithinMs, () => ends(kafka, topics));
    return { name, ok: true, detail: 'the dead letters can be read' };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}
