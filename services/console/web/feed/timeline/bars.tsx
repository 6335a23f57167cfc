import type { StatisticsUnit } from '@puebla/schemas';
import { useRef, useState } from 'preact/hooks';
import { counted, t } from '../../core/language.ts';
import { announce } from '../../parts/announcer.tsx';
import { fillsOf, Patterns } from './fills.tsx';
import { periodText, seriesText } from './names.ts';
import type { Timeline } from './periods.ts';

export interface BarsProps {
  readonly timeline: Timeline;
  readonly by: StatisticsUnit;
  /** The first and the last period of those that were chosen. */
  readonly onChoose: (first: string, last: string) => void;
}

const width = 1_000;
const height = 200;

/**
 * Bars, of which some can be chosen: by drawing over them, or by the keyboard, as on a slider whose value is one of them (arrows go, with the capitals' key they
 * take what they pass, Enter chooses).
 */
export function Bars({ timeline, by, onChoose }: BarsProps) {
  const { bars, series, most } = timeline;
  const fills = fillsOf(series);
  const drawing = useRef<SVGSVGElement>(null);
  const [at, setAt] = useState<number>();
  const [anchor, setAnchor] = useState<number>();
  const last = bars.length - 1;
  const here = Math.min(at ?? last, last);
  const bar = bars[here];
  if (bar === undefined) return <p class="muted">{t('feed.nothing-dated')}</p>;
  const begin = Math.min(anchor ?? here, here);
  const end = Math.max(anchor ?? here, here);
  const step = width / bars.length;

  const choose = (): void => {
    const [first, final] = [bars[begin], bars[end]];
    setAnchor(undefined);
    if (first === undefined || final === undefined) return;
    announce(
      t('feed.period-chosen', { from: periodText(first.period, by), to: periodText(final.period, by) }),
    );
    onChoose(first.period, final.period);
  };
  const under = ({ clientX }: PointerEvent): number => {
    const { left = 0, width: wide = 1 } = drawing.current?.getBoundingClientRect() ?? {};
    return Math.max(0, Math.min(last, Math.floor(((clientX - left) / wide) * bars.length)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = {
      ArrowLeft: here - 1,
      ArrowRight: here + 1,
      Home: 0,
      End: last,
      PageUp: here + 10,
      PageDown: here - 10,
    }[event.key];
    if (to === undefined && event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    if (event.key === 'Enter') {
      choose();
      return;
    }
    if (to === undefined || !event.shiftKey) setAnchor(undefined);
    else setAnchor(anchor ?? here);
    if (to !== undefined) setAt(Math.max(0, Math.min(last, to)));
  };
  const chosen =
    begin === end
      ? ''
      : `${periodText(bars[begin]?.period ?? '', by)} – ${periodText(bars[end]?.period ?? '', by)}; `;
  return (
    <div class="bars">
      <p class="bar-now" aria-hidden="true">
        {chosen}
        {periodText(bar.period, by)}: {counted('feed.events', bar.count)}
      </p>
      <div
        class="bars-slider"
        role="slider"
        tabIndex={0}
        aria-label={t('feed.timeline-bars')}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={here}
        aria-valuetext={`${chosen}${periodText(bar.period, by)}: ${counted('feed.events', bar.count)}`}
        aria-describedby="bars-how"
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setAnchor(under(event));
          setAt(under(event));
        }}
        onPointerMove={(event) => setAt(under(event))}
        onPointerUp={() => anchor !== undefined && choose()}
        onPointerCancel={() => setAnchor(undefined)}
      >
        <svg ref={drawing} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <Patterns />
          <rect class="chosen" x={begin * step} width={(end - begin + 1) * step} y={0} height={height} />
          {bars.map(({ period, parts, count }, place) => {
            let y = height;
            return (
              count > 0 && (
                <g key={period}>
                  {parts.map((part, nr) => {
                    const tall = (part / most) * (height - 4);
                    y -= tall;
                    const gap = bars.length > 120 ? 0 : step * 0.12;
                    return (
                      part > 0 && (
                        <rect
                          key={series[nr]?.key}
                          style={{ fill: fills[nr] }}
                          x={place * step + gap}
                          width={step - 2 * gap}
                          y={y}
                          height={tall}
                        />
                      )
                    );
                  })}
                </g>
              )
            );
          })}
        </svg>
      </div>
      <p class="bars-ends muted" aria-hidden="true">
        <span>{periodText(bars[0]?.period ?? '', by)}</span>
        <span>{periodText(bars[last]?.period ?? '', by)}</span>
      </p>
      <p id="bars-how" class="muted how">
        {t('feed.timeline-how')}
      </p>
      <ul class="legend">
        {series.map((one, nr) => (
          <li key={one.key}>
            <svg class="swatch" viewBox="0 0 20 20" aria-hidden="true">
              <rect width="20" height="20" style={{ fill: fills[nr] }} />
            </svg>
            {seriesText(one)} {one.count}
          </li>
        ))}
      </ul>
    </div>
  );
}
