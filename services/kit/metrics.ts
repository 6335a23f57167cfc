import {
  auditedActs,
  catalogue,
  kinds,
  type LabelSet,
  type MetricKey,
  metricEntries,
  metricList,
  participants,
} from '@puebla/schemas';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { auditTopic } from './audit.ts';
import packageFile from './package.json' with { type: 'json' };
import { problems } from './problem.ts';
import { type ServiceName, serviceNames } from './service-names.ts';
import { within } from './within.ts';

/** prom-client is used in this file and nowhere else; what is there to be registered is in `schemas/metrics.ts`. */
export type Metrics = Instruments & {
  /** Asked before each exposition, but no sooner than that after the last time, to set what is looked up and not counted; waited for a second. */
  onScrape(look: () => void | Promise<void>, everyMs?: number): void;
  /** The exposition format, with its content type. */
  exposition(): Promise<{ contentType: string; text: string }>;
};

/** The same for all parts of one checkout. */
export const version: string = packageFile.version;

type List = typeof metricList;
type Labels<Key extends MetricKey> = Readonly<Record<keyof List[Key]['labels'] & string, string>>;
interface Counted<L> {
  inc(labels: L, count?: number): void;
}
interface Measured<L> {
  set(labels: L, value: number): void;
}
type Labelled<Key extends MetricKey> = List[Key]['type'] extends 'counter'
  ? Counted<Labels<Key>>
  : Measured<Labels<Key>>;
type Plain<Type> = Type extends 'counter'
  ? { inc(count?: number): void }
  : Type extends 'gauge'
    ? { set(value: number): void }
    : { observe(value: number): void };
type Instruments = {
  readonly [Key in MetricKey as List[Key]['of'][0] extends 'runtime'
    ? never
    : Key]: keyof List[Key]['labels'] extends never ? Plain<List[Key]['type']> : Labelled<Key>;
};

const followers = ['feeds', 'library'] as const;
/** Of an exchange: its services, and the servers under them. */
export const parts = [...serviceNames, 'kafka', 'registry', 'postgres'] as const;
/** Why the feeds end a stream. */
export const evictionReasons = ['slow', 'token', 'reader', 'shutdown'] as const;

/** The values of every label, so that each series begins at zero. */
export const labelValues: Readonly<Record<LabelSet, readonly string[]>> = {
  kind: kinds.map(({ name }) => name),
  participant: participants.map(({ code }) => code),
  topic: [...catalogue.map(({ topic }) => topic), auditTopic],
  follower: followers,
  problem: Object.keys(problems),
  eviction: evictionReasons,
  act: auditedActs,
  part: parts,
  version: [version],
  runtime: [],
};

const scrapeWithinMs = 1_000;

/** @param services those of this process: it has no series of what others do */
export function createMetrics(services: readonly ServiceName[] = serviceNames): Metrics {
  const registry = new Registry();
  const tellRuntime = runtimeMetrics();
  const looks: (() => void | Promise<void>)[] = [];
  const instruments = Object.fromEntries(
    Object.entries<(typeof metricEntries)[number]>(metricList)
      .filter(([, { of }]) => !of.includes('runtime'))
      .map(([key, entry]) => {
        const isHere = entry.of.some((owner) => owner === 'all' || services.some((name) => name === owner));
        return [key, createInstrument(entry, isHere ? [registry] : [], services)];
      }),
    // Each of its own type, by the list.
  ) as unknown as Instruments;
  instruments.build.set({ version }, 1);
  return {
    ...instruments,
    onScrape: (look, everyMs = 0) => void looks.push(atMostEvery(everyMs, look)),
    async exposition() {
      await Promise.allSettled(looks.map((look) => within(scrapeWithinMs, look)));
      return { contentType: registry.contentType, text: `${await registry.metrics()}${await tellRuntime()}` };
    },
  };
}

/**
 * Of what prom-client measures of a process what is in the list. The others are asked too and not told: one of several measures for
 * all of them, and some are not named as Prometheus wants it.
 */
function runtimeMetrics(): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const listed = metricEntries.filter(({ of }) => of.includes('runtime'));
  return async () => {
    await registry.getMetricsAsJSON();
    const told = await Promise.all(listed.map(({ name }) => registry.getSingleMetricAsString(name)));
    return `${told.join('\n')}\n`;
  };
}

function createInstrument(
  { name, type, labels, buckets, meaning }: (typeof metricEntries)[number],
  registers: Registry[],
  services: readonly ServiceName[],
) {
  const config = { name, help: meaning.en, labelNames: Object.keys(labels), registers };
  if (type === 'histogram') return new Histogram({ ...config, buckets: [...(buckets ?? [])] });
  const series = seriesOf(labels, services);
  if (type === 'counter') return createCounter(config, series);
  const gauge = new Gauge(config);
  for (const one of series) gauge.set(one, 0);
  return gauge;
}

/** Every combination of the values of its labels. */
function seriesOf(
  labels: Readonly<Record<string, LabelSet>>,
  services: readonly ServiceName[],
): Record<string, string>[] {
  let series: Record<string, string>[] = [{}];
  for (const [label, set] of Object.entries(labels)) {
    const values =
      set === 'follower' ? followers.filter((name) => services.includes(name)) : labelValues[set];
    series = series.flatMap((one) => values.map((value) => ({ ...one, [label]: value })));
  }
  return series;
}

/** A look that takes long comes more seldom. */
const mostOfTime = 0.05;

/** Whoever asks while it looks waits for that. */
function atMostEvery(ms: number, look: () => void | Promise<void>): () => Promise<void> {
  let nextAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  const begin = async (): Promise<void> => {
    const began = performance.now();
    try {
      await look();
    } finally {
      const ended = performance.now();
      nextAt = ended + (ms === 0 ? 0 : Math.max(ms, (ended - began) / mostOfTime));
      looking = undefined;
    }
  };
  return async () => {
    if (looking === undefined && performance.now() < nextAt) return;
    // In a turn of its own: what throws at once would end before it is noted as begun.
    looking ??= Promise.resolve().then(begin);
    await looking;
  };
}

/** What is overdue is looked up no more often. */
export const overdueEveryMs = 5_000;

/** Sets how much is overdue of each participant. */
export function tellOverdue(
  gauge: Metrics['recallsOverdue'],
  count: () => ReadonlyMap<string, number> | Promise<ReadonlyMap<string, number>>,
): () => Promise<void> {
  return async () => {
    const counts = await count();
    for (const { code: participant } of participants)
      gauge.set({ participant }, counts.get(participant) ?? 0);
  };
}

type CounterConfig = ConstructorParameters<typeof Counter<string>>[0];

/** Counts in a table: prom-client puts the labels together each time, which is too much for what is counted for every event. */
function createCounter(config: CounterConfig, series: readonly Record<string, string>[]) {
  const names = [...(config.labelNames ?? [])];
  if (names.length === 0) return new Counter(config);
  const counts = new Map<string, { readonly labels: Record<string, string>; count: number }>();
  const keyOf = (labels: Readonly<Record<string, string>>): string => {
    let key = '';
    for (const name of names) key += `${labels[name]} `;
    return key;
  };
  for (const labels of series) counts.set(keyOf(labels), { labels, count: 0 });
  new Counter({
    ...config,
    collect() {
      for (const known of counts.values()) {
        this.inc(known.labels, known.count);
        known.count = 0;
      }
    },
  });
  return {
    inc(labels: Record<string, string>, count = 1) {
      const key = keyOf(labels);
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { labels, count });
      else known.count += count;
    },
  };
}
