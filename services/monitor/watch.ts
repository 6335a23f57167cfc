import { type CurrentDirectory, type Kafka, type Metrics, type ServiceName, within } from '@puebla/kit';
import {
  type ExchangeStatus,
  freshnessOf,
  metricList,
  type OverdueStatus,
  type ParticipantFreshness,
  participants,
  type StreamsStatus,
  troublesOf,
} from '@puebla/schemas';
import { createDeadCounts } from './dead-counts.ts';
import { createHeardLog } from './heard.ts';
import { lookAtParts, type ServerVersions } from './parts.ts';
import { askProcesses, type ProcessReport, sumOf, type UrlOf } from './processes.ts';
import type { Registry } from './registry.ts';
import { createServiceFigures } from './services.ts';
import { tellStatus } from './tell-status.ts';

/** Looks at the whole exchange when somebody asks, and no oftener than once a second. */
export interface Watch {
  /** What cannot be had within two seconds is unknown in it. */
  status(): Promise<ExchangeStatus>;
}

export interface WatchOptions {
  readonly kafka: Kafka;
  readonly directory: CurrentDirectory;
  readonly registry: Registry;
  readonly metrics: Metrics;
  readonly urlOf: UrlOf;
  readonly operatorToken: string | undefined;
  readonly versions: ServerVersions;
}

const answerWithinMs = 2_000;
const keptMs = 1_000;
/** Prometheus is told what was seen when it asked before. */
const scrapedEveryMs = 5_000;
const subjectsKeptMs = 30_000;

export function createWatch(options: WatchOptions): Watch {
  const { kafka, directory, registry, metrics, urlOf, operatorToken, versions } = options;
  const heard = createHeardLog(kafka);
  const lookHeard = joined(() => heard.look());
  const dead = createDeadCounts(kafka);
  const lookDead = joined(() => dead.look());
  const figures = createServiceFigures(kafka);
  const lookSubjects = kept(subjectsKeptMs, () => registry.subjects());

  const lookAround = async (): Promise<ExchangeStatus> => {
    const processes = askProcesses(urlOf, operatorToken, answerWithinMs);
    const [processOf, known, deadNow, schemas] = await Promise.all([
      processes,
      bounded(lookHeard),
      bounded(lookDead),
      bounded(lookSubjects),
    ]);
    const [services, parts] = await Promise.all([
      bounded(() => figures.look(processOf)),
      lookAtParts({ kafka, registry, processOf, versions, bounded }),
    ]);
    const now = Date.now();
    const found = {
      participants: known === null ? null : freshnessNow(known, directory, now),
      services: services ?? [],
      dead: deadNow,
      streams: streamsIn(processOf('feeds')),
      overdue: overdueIn(processOf),
      schemas,
      parts,
    };
    const status = { time: new Date(now).toISOString(), troubles: troublesOf(found), ...found };
    tellStatus(metrics, status);
    return status;
  };
  const status = kept(keptMs, lookAround);
  // Not waited for: to look around asks for these figures too.
  metrics.onScrape(() => void status().catch(() => {}), scrapedEveryMs);
  return { status };
}

/** Null: not known in time. */
async function bounded<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await within(answerWithinMs, work);
  } catch {
    return null;
  }
}

/** Whoever comes while it is under way joins it: what hangs is not begun again and again. */
function joined<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined;
  return () => {
    underWay ??= work().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** What was found is good for a while. */
function kept<T>(ms: number, work: () => Promise<T>): () => Promise<T> {
  let found: { readonly value: T; readonly at: number } | undefined;
  const look = joined(async () => {
    const value = await work();
    found = { value, at: Date.now() };
    return value;
  });
  return async () => (found !== undefined && Date.now() - found.at < ms ? found.value : look());
}

function freshnessNow(
  known: Awaited<ReturnType<ReturnType<typeof createHeardLog>['look']>>,
  directory: CurrentDirectory,
  now: number,
): ParticipantFreshness[] {
  const takingPart = directory.current().participants;
  return participants
    .filter(({ code }) => takingPart.has(code))
    .map(({ code: participant }) => ({
      participant,
      ...freshnessOf(
        participant,
        known.get(participant) ?? { times: [], last: undefined },
        directory.register,
        now,
      ),
    }));
}

function streamsIn({ samples }: ProcessReport): StreamsStatus | null {
  if (samples === undefined) return null;
  const evictions = samples.filter(({ name }) => name === metricList.evictions.name);
  return {
    subscribers: sumOf(samples, metricList.subscribers.name),
    evictions: Object.fromEntries(evictions.map(({ labels, value }) => [labels['reason'] ?? '', value])),
  };
}

/** Null where neither is known. */
function overdueIn(processOf: (service: ServiceName) => ProcessReport): OverdueStatus[] | null {
  const countOf = (service: ServiceName, name: string, participant: string): number | null => {
    const { samples } = processOf(service);
    return samples === undefined ? null : sumOf(samples, name, { participant });
  };
  const all = participants.map(({ code: participant }) => ({
    participant,
    acknowledgements: countOf('library', metricList.acknowledgementsOverdue.name, participant),
    recalls: countOf('gateway', metricList.recallsOverdue.name, participant),
  }));
  if (all.every(({ acknowledgements, recalls }) => acknowledgements === null && recalls === null))
    return null;
  return all.filter(({ acknowledgements, recalls }) => acknowledgements !== 0 || recalls !== 0);
}
