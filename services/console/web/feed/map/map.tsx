import { type Filter, filterKey } from '@puebla/schemas';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { countryName, t } from '../../core/language.ts';
import { announce } from '../../parts/announcer.tsx';
import { useCalm } from '../../parts/calm.ts';
import { type Entry, itemsIn } from '../store.ts';
import { Canvas } from './canvas.tsx';
import { clustersOf, placedOn } from './clusters.ts';
import { Countries } from './countries.tsx';
import { labelsOf } from './labels.ts';
import { measuresOf } from './measures.ts';
import { Numbers } from './numbers.tsx';
import { drawn, middleOf, type Pixel } from './shapes.ts';
import { centred, moved, onScreen, type Sight, whole, zoomed } from './sight.ts';
import { CountryTable } from './table.tsx';
import './map.css';

export interface MapProps {
  readonly entries: readonly Entry[];
  readonly filter: Filter;
  readonly onFilter: (filter: Filter) => void;
  readonly onOpen: (name: string) => void;
}

const drawEveryMs = 1_000;
const usualWidth = 480;
const zoomTimes = 2;
/** A hand that clicks moves by less. */
const dragPx = 4;

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
  const labels = useMemo(() => labelsOf(measures.countries, drawing, sight), [measures, drawing, sight]);
  const chosen = filter.country ?? [];
  const choose = (country: string): void => {
    const { country: before, ...others } = filter;
    const isChosen = before?.length === 1 && before[0] === country;
    announce(isChosen ? t('feed.country-all') : t('feed.country-chosen', { country: countryName(country) }));
    onFilter(isChosen ? others : { ...others, country: [country] });
  };
  const zoom = (times: number, about: Pixel = [width / 2, drawing.height / 2]): void =>
    setSight((before) => zoomed(before, times, about, drawing));
  const bring = (at: Pixel): void =>
    setSight((before) => {
      const [x, y] = onScreen(before, at);
      const isSeen = x > 0 && y > 0 && x < drawing.width && y < drawing.height;
      return isSeen ? before : centred(before, at, drawing);
    });
  const hand = useHand({
    onMove: (dx, dy) => setSight((before) => moved(before, dx, dy, drawing)),
    onClick: (at) => {
      const cluster = clusters.find((one) => Math.hypot(one.at[0] - at[0], one.at[1] - at[1]) <= one.radius);
      if (cluster === undefined) return false;
      if (cluster.count === 1) onOpen(cluster.name);
      else zoom(zoomTimes * zoomTimes, cluster.at);
      return true;
    },
  });
  return (
    <section class="panel map" aria-label={t('feed.map')}>
      <div class="panel-head">
        <h2>{t('feed.map')}</h2>
        <div class="zoom">
          <button type="button" aria-label={t('feed.nearer')} onClick={() => zoom(zoomTimes)}>
            +
          </button>
          <button type="button" aria-label={t('feed.farther')} onClick={() => zoom(1 / zoomTimes)}>
            −
          </button>
          <button type="button" disabled={sight === whole} onClick={() => setSight(whole)}>
            {t('feed.whole-map')}
          </button>
        </div>
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
      <p class="muted note">{t('feed.boundaries')}</p>
    </section>
  );
}

/** Of an element, in whole pixels. */
function useWidth(element: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(usualWidth);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => setWidth(Math.max(200, Math.floor(current.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, []);
  return width;
}

/** A hand that draws the map along, or clicks. @param onClick true: it was for what is there, and for nobody else */
function useHand({
  onMove,
  onClick,
}: {
  readonly onMove: (dx: number, dy: number) => void;
  readonly onClick: (at: Pixel) => boolean;
}) {
  const held = useRef<{ x: number; y: number; isDrawn: boolean } | undefined>(undefined);
  return {
    onPointerDown: ({ clientX: x, clientY: y }: PointerEvent) => {
      held.current = { x, y, isDrawn: false };
    },
    onPointerMove: ({ clientX, clientY, buttons, currentTarget, pointerId }: PointerEvent) => {
      const { current } = held;
      if (current === undefined || buttons === 0) return;
      const [dx, dy] = [clientX - current.x, clientY - current.y];
      if (!current.isDrawn && Math.hypot(dx, dy) < dragPx) return;
      if (!current.isDrawn) (currentTarget as Element).setPointerCapture(pointerId);
      held.current = { x: clientX, y: clientY, isDrawn: true };
      onMove(dx, dy);
    },
    onClickCapture: (event: MouseEvent) => {
      const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
      const isDrawn = held.current?.isDrawn === true;
      held.current = undefined;
      // By the keyboard there is no place.
      if (event.detail === 0) return;
      if (isDrawn || onClick([event.clientX - left, event.clientY - top])) event.stopPropagation();
    },
  };
}
