import { auditedActs, kinds } from '@puebla/schemas';
import {
  Counter,
  type CounterConfiguration,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  Registry,
} from 'prom-client';
import { problems } from './problem.ts';

/**
 * Every metric of the exchange, in base units, with label values from fixed sets alone; ids never. prom-client is
 * used in this file and nowhere else.
 */
export type Metrics = ReturnType<typeof createMetrics>;

const fastSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const metrics = {
    published: createBusyCounter({
      name: 'puebla_published_total',
      help: 'Events answered 201, retries of a kept one included',
      labelNames: ['kind'],
      registers,
    }),
    refused: new Counter({
      name: 'puebla_refused_total',
      help: 'Requests or events answered with a problem, by its code',
      labelNames: ['reason'],
      registers,
    }),
    produceSeconds: new Histogram({
      name: 'puebla_produce_seconds',
      help: 'Time from handing a batch to the producer to the answer of the broker',
      buckets: fastSeconds,
      registers,
    }),
    produceBatch: new Histogram({
      name: 'puebla_produce_batch_records',
      help: 'Records in one batch sent to the broker',
      buckets: [1, 2, 5, 10, 50, 100, 500, 1000, 5000],
      registers,
    }),
    openOutcomes: new Counter({
      name: 'puebla_open_outcomes_total',
      help: 'Batches whose outcome had to be looked up in the lane',
      registers,
    }),
    identities: new Gauge({
      name: 'puebla_identities',
      help: 'Identities of the last 24 hours that the gateway holds',
      registers,
    }),
    endToEndSeconds: new Histogram({
      name: 'puebla_end_to_end_seconds',
      help: 'Time from the append in the broker to the write to subscribers',
      buckets: fastSeconds,
      registers,
    }),
    subscribers: new Gauge({ name: 'puebla_subscribers', help: 'Open streams', registers }),
    evictions: new Counter({
      name: 'puebla_evictions_total',
      help: 'Streams ended by the exchange',
      labelNames: ['reason'],
      registers,
    }),
    lagRecords: new Gauge({
      name: 'puebla_lag_records',
      help: 'Records in the log that the service has not handled yet',
      labelNames: ['service', 'topic'],
      registers,
    }),
    poison: new Counter({
      name: 'puebla_poison_total',
      help: 'Records that could not be decoded or applied',
      labelNames: ['service', 'topic'],
      registers,
    }),
    letters: new Gauge({
      name: 'puebla_dead_letters',
      help: 'Places with a dead letter that the feeds pass over',
      registers,
    }),
    applied: new Counter({
      name: 'puebla_library_applied_total',
      help: 'Records applied to the library',
      labelNames: ['kind'],
      registers,
    }),
    applySeconds: new Histogram({
      name: 'puebla_library_apply_seconds',
      help: 'Time of one transaction of the library',
      buckets: fastSeconds,
      registers,
    }),
    applyBatch: new Histogram({
      name: 'puebla_library_apply_records',
      help: 'Records in one transaction of the library',
      buckets: [1, 10, 100, 500, 1000, 2500, 5000],
      registers,
    }),
    audited: new Counter({
      name: 'puebla_audit_written_total',
      help: 'Entries of the audit that are in the log',
      labelNames: ['what'],
      registers,
    }),
    auditLost: new Counter({
      name: 'puebla_audit_lost_total',
      help: 'Entries of the audit that could not be taken or written',
      labelNames: ['what'],
      registers,
    }),
    auditWaiting: new Gauge({
      name: 'puebla_audit_waiting',
      help: 'Entries of the audit that waited after the last attempt to write some',
      registers,
    }),
  };
  for (const what of auditedActs) {
    metrics.audited.inc({ what }, 0);
    metrics.auditLost.inc({ what }, 0);
  }
  for (const { name } of kinds) {
    metrics.published.inc({ kind: name }, 0);
    metrics.applied.inc({ kind: name }, 0);
  }
  for (const reason of Object.keys(problems)) metrics.refused.inc({ reason }, 0);
  for (const reason of ['slow', 'token', 'reader', 'shutdown']) metrics.evictions.inc({ reason }, 0);
  return {
    ...metrics,
    /** The exposition format, with its content type. */
    async exposition(): Promise<{ contentType: string; text: string }> {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/** A counter of one label for every event: counted in a table, since prom-client puts the labels together each time. */
function createBusyCounter(config: CounterConfiguration<'kind'>): {
  inc(labels: { readonly kind: string }, count?: number): void;
} {
  const counts = new Map<string, number>();
  new Counter({
    ...config,
    collect() {
      for (const [kind, count] of counts) {
        this.inc({ kind }, count);
        counts.set(kind, 0);
      }
    },
  });
  return {
    inc({ kind }, count = 1) {
      counts.set(kind, (counts.get(kind) ?? 0) + count);
    },
  };
}
