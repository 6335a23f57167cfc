import { type Kafka, laneKey, readOnce, type Sample, type ServiceName } from '@puebla/kit';
import { type LaneStatus, metricList, participantOf, type ServiceStatus } from '@puebla/schemas';
import { type ProcessReport, sumOf } from './processes.ts';

/** What each service has done and has to do, by the figures of their processes. */
export interface ServiceFigures {
  look(processOf: (service: ServiceName) => ProcessReport): Promise<readonly ServiceStatus[]>;
}

const named = ['gateway', 'feeds', 'library'] as const;
type Named = (typeof named)[number];

/** Rates are of this time at most. */
const rateOverMs = 60_000;
/** Of a shorter one they would say little. */
const leastRateMs = 1_000;
const role = 'monitor-lag';

interface Totals {
  readonly at: number;
  readonly of: Readonly<Record<Named, number | undefined>>;
}

export function createServiceFigures(kafka: Kafka): ServiceFigures {
  let history: Totals[] = [];
  const rateOf = (service: Named, now: Totals): number | null => {
    const total = now.of[service];
    const before = history.find(({ of }) => of[service] !== undefined);
    const was = before?.of[service];
    if (total === undefined || before === undefined || was === undefined) return null;
    const ms = now.at - before.at;
    // Less than before: it has begun anew.
    return ms < leastRateMs || total < was ? null : Math.round(((total - was) / ms) * 10_000) / 10;
  };
  return {
    async look(processOf) {
      const at = Date.now();
      const now: Totals = {
        at,
        of: {
          gateway: totalOf(processOf('gateway'), metricList.published.name),
          feeds: totalOf(processOf('feeds'), metricList.position.name, { service: 'feeds' }),
          library: totalOf(processOf('library'), metricList.applied.name),
        },
      };
      history = history.filter((one) => at - one.at <= rateOverMs);
      const rates = named.map((service) => rateOf(service, now));
      history = [...history, now];
      return Promise.all(
        named.map(async (service, index): Promise<ServiceStatus> => {
          const { samples } = processOf(service);
          const perSecond = rates[index] ?? null;
          if (samples === undefined || service === 'gateway')
            return { service, perSecond, lagRecords: null, lagSeconds: null, lanes: [] };
          const lanes = await withAges(kafka, lanesIn(samples, service));
          const ages = lanes.flatMap(({ lagSeconds }) => lagSeconds ?? []);
          return {
            service,
            perSecond,
            lagRecords: lanes.reduce((sum, { lagRecords }) => sum + lagRecords, 0),
            lagSeconds: Math.max(0, ...ages),
            lanes,
          };
        }),
      );
    },
  };
}

function totalOf(
  { samples }: ProcessReport,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  return samples === undefined ? undefined : sumOf(samples, name, labels);
}

/** The lanes that hold anything, as the service says it. */
function lanesIn(samples: readonly Sample[], service: string): LaneStatus[] {
  const lags = new Map<string, number>();
  const keyOf = ({ labels }: Sample): string => `${labels['topic']} ${labels['participant']}`;
  const own = samples.filter(({ labels }) => labels['service'] === service);
  for (const sample of own)
    if (sample.name === metricList.lagRecords.name) lags.set(keyOf(sample), sample.value);
  return own
    .filter(({ name }) => name === metricList.position.name)
    .map((sample) => ({
      topic: sample.labels['topic'] ?? '',
      participant: sample.labels['participant'] ?? '',
      position: sample.value,
      lagRecords: lags.get(keyOf(sample)) ?? 0,
      lagSeconds: 0,
    }))
    .filter(({ position, lagRecords }) => position > 0 || lagRecords > 0);
}

/** How old the record is that a service reads next, where it has not read all. */
async function withAges(kafka: Kafka, lanes: readonly LaneStatus[]): Promise<readonly LaneStatus[]> {
  const behind = lanes.filter(({ lagRecords }) => lagRecords > 0);
  if (behind.length === 0) return lanes;
  const places = behind.map(({ topic, participant, position }) => ({
    topic,
    partition: participantOf(participant)?.lane ?? 0,
    offset: position,
  }));
  const now = Date.now();
  const read = await readOnce(kafka, role, places);
  const next = new Map(read.map((lane) => [laneKey(lane), lane.records[0]?.timestamp]));
  const ages = new Map(
    behind.map((lane, index) => {
      const place = places[index];
      const appended = place === undefined ? undefined : next.get(laneKey(place));
      return [lane, appended === undefined ? null : Math.max(0, now - appended) / 1_000] as const;
    }),
  );
  return lanes.map((lane) => {
    const lagSeconds = ages.get(lane);
    return lagSeconds === undefined ? lane : { ...lane, lagSeconds };
  });
}
