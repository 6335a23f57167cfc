import {
  type Filter,
  filterKey,
  formatFilter,
  type StatisticsUnit,
  statisticsUnits,
  timeZones,
} from '@puebla/schemas';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { askJson } from '../../core/api.ts';
import { counted, language, t } from '../../core/language.ts';
import { zone } from '../../core/zone.ts';
import { useCalm } from '../../parts/calm.ts';
import { ProblemNote } from '../../parts/problem.tsx';
import type { FeedAddress } from '../address.ts';
import { sinceOf } from '../period.ts';
import { Bars } from './bars.tsx';
import { Numbers } from './numbers.tsx';
import { type Count, instantsOf, mostBars, timelineOf } from './periods.ts';
import './timeline.css';

interface Statistics {
  readonly total: number;
  readonly items: readonly Count[];
  readonly more: boolean;
}

export interface TimelineProps {
  readonly address: FeedAddress;
  /** Changes when something came or went: the numbers are asked for again. */
  readonly version: unknown;
  readonly onChange: (change: Partial<FeedAddress>) => void;
}

const askEveryMs = 5_000;

/** How many events there are a day, month or year, by category, as the exchange counts them for this reader; a part of it can be chosen as the period. */
export function Timeline({ address, version, onChange }: TimelineProps) {
  const { filter, by } = address;
  const within = timeZones.includes(zone.value) ? zone.value : 'UTC';
  const { statistics, error, again } = useStatistics(address, within, version);
  const timeline = useMemo(() => timelineOf(statistics?.items ?? [], by), [statistics, by]);
  const choose = (first: string, last: string): void =>
    onChange({ filter: { ...filter, ...instantsOf(first, last, by, within) } });
  const isPeriodChosen = filter.from !== undefined || filter.to !== undefined;
  return (
    <section class="panel timeline" aria-label={t('feed.timeline')}>
      <div class="panel-head">
        <h2>{t('feed.timeline')}</h2>
        <label class="inline">
          <span>{t('feed.by')}</span>
          <select
            value={by}
            onChange={({ currentTarget }) => onChange({ by: currentTarget.value as StatisticsUnit })}
          >
            {statisticsUnits.map((unit) => (
              <option key={unit} value={unit}>
                {t(`feed.by-${unit}`)}
              </option>
            ))}
          </select>
        </label>
        {isPeriodChosen && (
          <button type="button" onClick={() => onChange({ filter: withoutPeriod(filter) })}>
            {t('feed.no-period')}
          </button>
        )}
      </div>
      {error !== undefined && <ProblemNote error={error} again={again} />}
      <p class="muted">
        {statistics !== undefined && counted('feed.events', statistics.total)}
        {' · '}
        {t('feed.days-of', { zone: within })}
        {(statistics?.more || timeline.bars.length === mostBars) && ` · ${t('feed.older-left-out')}`}
      </p>
      <Bars key={`${by} ${filterKey(filter)}`} timeline={timeline} by={by} onChoose={choose} />
      <Numbers timeline={timeline} by={by} undated={undatedOf(statistics)} />
    </section>
  );
}

function undatedOf(statistics: Statistics | undefined): number {
  const undated = statistics?.items.filter(({ period }) => period === null) ?? [];
  return undated.reduce((sum, { count }) => sum + count, 0);
}

function withoutPeriod({ from: _from, to: _to, ...filter }: Filter): Filter {
  return filter;
}

/** Asked again when something else is asked for, and some time after something came. */
function useStatistics({ filter, period, by }: FeedAddress, within: string, version: unknown) {
  const [answer, setAnswer] = useState<{ statistics?: Statistics; error?: unknown }>({});
  const [attempt, setAttempt] = useState(0);
  const query = formatFilter(filter);
  query.set('by', by);
  query.set('zone', within);
  const key = `${query}&period=${period}`;
  const calm = useCalm(version, key, askEveryMs);
  useEffect(() => {
    const left = new AbortController();
    query.set('since', sinceOf(period, Date.now()));
    askJson<Statistics>(`/v1/statistics?${query}`, { language: language.value, signal: left.signal })
      .then((statistics) => setAnswer({ statistics }))
      .catch((error: unknown) => left.signal.aborted || setAnswer((before) => ({ ...before, error })));
    return () => left.abort();
  }, [key, calm, attempt]);
  return { ...answer, again: () => setAttempt((n) => n + 1) };
}
