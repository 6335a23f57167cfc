import { type Check, type Kafka, type ServiceName, serviceNames } from '@puebla/kit';
import { catalogue, type PartStatus } from '@puebla/schemas';
import type { ProcessReport } from './processes.ts';
import type { Registry } from './registry.ts';

/** The versions of servers that do not tell their own. */
export type ServerVersions = Readonly<Partial<Record<'kafka' | 'registry' | 'postgres', string>>>;

type Bounded = <T>(work: () => Promise<T>) => Promise<T | null>;

/** How each part is: what it says of itself, or what is found when it is asked. */
export async function lookAtParts(options: {
  readonly kafka: Kafka;
  readonly registry: Registry;
  readonly processOf: (service: ServiceName) => ProcessReport;
  readonly versions: ServerVersions;
  readonly bounded: Bounded;
}): Promise<readonly PartStatus[]> {
  const { kafka, registry, processOf, versions, bounded } = options;
  const [layout, registryVersion] = await Promise.all([
    bounded(() => kafka.layout([catalogue[0]?.topic ?? ''], true)),
    bounded(() => registry.version()),
  ]);
  const database = processOf('library').checks?.filter(({ name }) => name === 'database');
  const brokers =
    layout === null ? [] : [{ name: 'kafka', ok: true, detail: `${layout.brokers.size} brokers` }];
  return [
    ...serviceNames.map((service) => serviceStatus(service, processOf(service))),
    partOf('kafka', layout === null ? undefined : brokers, versions.kafka),
    partOf(
      'registry',
      registryVersion === null ? undefined : [{ name: 'registry', ok: true, detail: 'answers' }],
      registryVersion?.version ?? versions.registry,
    ),
    partOf('postgres', database, versions.postgres ?? postgresVersionIn(database)),
  ];
}

function serviceStatus(service: ServiceName, { checks, samples }: ProcessReport): PartStatus {
  const own = checks?.filter(
    ({ name }) =>
      name === service || name.startsWith(`${service}.`) || (service === 'library' && name === 'database'),
  );
  const build = samples?.find(({ name }) => name === 'puebla_build_info');
  return partOf(service, own, build?.labels['version']);
}

function partOf(part: string, checks: readonly Check[] | undefined, version: string | undefined): PartStatus {
  const isKnown = checks !== undefined && checks.length > 0;
  const state = !isKnown ? 'UNKNOWN' : checks.every(({ ok }) => ok) ? 'OK' : 'FAILED';
  return { part, state, version: version ?? null, checks: checks ?? [] };
}

/** As the library's check of its database says it. */
function postgresVersionIn(checks: readonly Check[] | undefined): string | undefined {
  return /PostgreSQL ([\d.]+)/.exec(checks?.[0]?.detail ?? '')?.[1];
}
