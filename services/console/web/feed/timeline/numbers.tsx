import type { StatisticsUnit } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { t } from '../../core/language.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { periodText, seriesText } from './names.ts';
import type { Timeline } from './periods.ts';

export interface NumbersProps {
  readonly timeline: Timeline;
  readonly by: StatisticsUnit;
  /** Events that have no period of their own. */
  readonly undated: number;
}

/** What the bars show, as numbers. */
export function Numbers({ timeline, by, undated }: NumbersProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="numbers" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{t('feed.as-table')}</summary>
      {isOpen && <Table timeline={timeline} by={by} undated={undated} />}
    </details>
  );
}

function Table({ timeline: { bars, series }, by, undated }: NumbersProps) {
  const rows = bars.filter(({ count }) => count > 0).reverse();
  return (
    <ScrollX label={t('feed.timeline')} tall>
      <table>
        <thead>
          <tr>
            <th scope="col">{t(`feed.by-${by}`)}</th>
            <th scope="col">{t('feed.count')}</th>
            {series.map((one) => (
              <th key={one.key} scope="col">
                {seriesText(one)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ period, count, parts }) => (
            <tr key={period}>
              <th scope="row">{periodText(period, by)}</th>
              <td>{count}</td>
              {parts.map((part, nr) => (
                <td key={series[nr]?.key}>{part}</td>
              ))}
            </tr>
          ))}
          {undated > 0 && (
            <tr>
              <th scope="row">{t('feed.undated')}</th>
              <td colSpan={series.length + 1}>{undated}</td>
            </tr>
          )}
        </tbody>
      </table>
    </ScrollX>
  );
}
