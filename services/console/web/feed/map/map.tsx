import { type Filter, filterKey } from '@puebla/schemas';
import { useMemo, useRef, useState } from 'preact/hooks';
import { countryName, t } from '../../core/language.ts';
import { announce } from '../../parts/announcer.tsx';
import { useCalm } from '../../parts/calm.ts';
import { type Entry, itemsIn } from '../store.ts';
import { Canvas } from './canvas.tsx';
import { clustersOf, placedOn } from './clusters.ts';
import { Countries } from './countries.tsx';
import { useHand, useWidth } from './frame.ts';
import { labelsOf } from './labels.ts';
import { measuresOf } from './measures.ts';
import { Numbers } from './numbers.tsx';
import { drawn, middleOf, type Pixel } from './shapes.ts';
import { moved, type Sight, showing, whole, zoomed } from './sight.ts';
import { CountryTable } from './table.tsx';
import { Zoom } from './zoom.tsx';
import './map.css';

export interface MapProps {
  readonly entries: readonly Entry[];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly onOpen: (name: string) => void;
}

const drawEveryMs = 1_000;
/** What is gathered at a point is looked at so many times nearer. */
const clusterTimes = 4;

/** Where it happens: countries by their number of events, points gathered, ways from place to place; beside it the same numbers as a table. */
export function EventMap({ entries, filter, onFilter, onOpen }: MapProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [sight, setSight] = useState<Sight>(whole);
  const calm = useCalm(entries, filterKey(filter), drawEveryMs);
  const measures = useMemo(() => measuresOf(itemsIn(calm), middleOf), [calm]);
  const drawing = useMemo(() => drawn(width), [width]);
  const placed = useMemo(() => placedOn(drawing, measures), [drawing, measures]);
  const clusters = useMemo(() => clustersOf(placed, sight, drawing), [placed, sight, drawing]);
  const labels = useMemo(
    () => labelsOf(measures.countries, drawing, sight, clusters),
    [measures, drawing, sight, clusters],
  );
  const chosen = filter.country ?? [];
  const choose = (country: string): void => {
    const { country: before, ...others } = filter;
    const isChosen = before?.length === 1 && before[0] === country;
    announce(isChosen ? t('feed.country-all') : t('feed.country-chosen', { country: countryName(country) }));
    onFilter(isChosen ? others : { ...others, country: [country] });
  };
  const zoom = (times: number, about: Pixel = [width / 2, drawing.height / 2]): void =>
    setSight((before) => zoomed(before, times, about, drawing));
  const bring = (at: Pixel): void => setSight((before) => showing(before, at, drawing));
  const hand = useHand({
    onMove: (dx, dy) => setSight((before) => moved(before, dx, dy, drawing)),
    onClick: (at) => {
      const cluster = clusters.find((one) => Math.hypot(one.at[0] - at[0], one.at[1] - at[1]) <= one.radius);
      if (cluster === undefined) return false;
      if (cluster.count === 1) onOpen(cluster.name);
      else zoom(clusterTimes, cluster.at);
      return true;
    },
  });
  return (
    <section class="panel map" aria-label={t('feed.map')}>
      <div class="panel-head">
        <h2>{t('feed.map')}</h2>
        <Zoom onZoom={zoom} onWhole={() => setSight(whole)} isWhole={sight === whole} />
      </div>
      <div class="map-and-table">
        <div class={sight.scale > 1 ? 'map-frame near' : 'map-frame'} ref={frame} {...hand}>
          <Countries
            drawing={drawing}
            sight={sight}
            counts={measures.countries}
            chosen={chosen}
            onChoose={choose}
            onFocus={bring}
          />
          <Canvas drawing={drawing} sight={sight} legs={measures.legs} clusters={clusters} />
          <Numbers drawing={drawing} labels={labels} />
        </div>
        <CountryTable measures={measures} chosen={chosen} onChoose={choose} />
      </div>
      <p class="muted note">
        {t('feed.boundaries')} {t('feed.mapShows')}
      </p>
    </section>
  );
}
