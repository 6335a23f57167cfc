import { countryCodes } from '@puebla/schemas';
import { useMemo, useRef, useState } from 'preact/hooks';
import { countryName, number, t } from '../../core/language.ts';
import { useHand, useWidth } from '../../feed/map/frame.ts';
import type { Position } from '../../feed/map/measures.ts';
import { countryAt, drawn, middleOf, type Pixel } from '../../feed/map/shapes.ts';
import { moved, onDrawing, onScreen, type Sight, showing, whole, zoomed } from '../../feed/map/sight.ts';
import { Zoom, zoomTimes } from '../../feed/map/zoom.tsx';
import { announce } from '../../parts/announcer.tsx';
import { pointerTo, useForm } from './context.ts';
import type { PlaceProps } from './place-by-map.tsx';
import { valueAt } from './value.ts';
import '../../feed/map/map.css';

const stepPx = 12;
const shortStepPx = 1;
/** A hundred metres: finer than a hand points. */
const digits = 3;

/** Says where a place is: by a click, or by a cross that arrows move. */
export function PlaceMap({ shape, path }: PlaceProps) {
  const { data, change } = useForm();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const drawing = useMemo(() => drawn(width), [width]);
  const [sight, setSight] = useState<Sight>(whole);
  const [cross, setCross] = useState<Position>(() => beginOf(valueAt(data, path)));
  const at = onScreen(sight, drawing.place(cross));
  const fill = (position: Position): void => {
    const [longitude, latitude] = position.map(rounded) as [number, number];
    const country = countryOf(position);
    setCross(position);
    change([...path, 'latitude'], latitude);
    change([...path, 'longitude'], longitude);
    if (country !== undefined && shape.fields.some(({ name }) => name === 'country'))
      change([...path, 'country'], country);
    announce(t('publish.mapChosen', { place: placeText(position) }));
  };
  const fillAt = (pixel: Pixel): void => fill(drawing.positionAt(onDrawing(sight, pixel)));
  const step = (dx: number, dy: number): void => {
    const next = onDrawing(sight, [at[0] + dx, at[1] + dy]);
    setCross(drawing.positionAt(next));
    setSight((before) => showing(before, next, drawing));
    announce(placeText(drawing.positionAt(next)));
  };
  const zoom = (times: number): void => setSight((before) => zoomed(before, times, at, drawing));
  const hand = useHand({
    onMove: (dx, dy) => setSight((before) => moved(before, dx, dy, drawing)),
    onClick: (pixel) => {
      fillAt(pixel);
      return true;
    },
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = event.shiftKey ? shortStepPx : stepPx;
    const act = {
      ArrowLeft: () => step(-by, 0),
      ArrowRight: () => step(by, 0),
      ArrowUp: () => step(0, -by),
      ArrowDown: () => step(0, by),
      '+': () => zoom(zoomTimes),
      '-': () => zoom(1 / zoomTimes),
      Enter: () => fill(cross),
      ' ': () => fill(cross),
    }[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const how = `f${pointerTo(path)}-map-how`;
  return (
    <div class="place-map">
      <p id={how} class="muted">
        {t('publish.mapHow')}
      </p>
      <Zoom onZoom={zoom} onWhole={() => setSight(whole)} isWhole={sight === whole} />
      <div
        ref={frame}
        class={sight.scale > 1 ? 'map-frame near' : 'map-frame'}
        role="application"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: its keys move the cross
        tabIndex={0}
        aria-label={t('publish.map')}
        aria-describedby={how}
        onKeyDown={onKeyDown}
        {...hand}
      >
        <svg class="map-drawing" width={drawing.width} height={drawing.height} aria-hidden="true">
          <g transform={`translate(${sight.x} ${sight.y}) scale(${sight.scale})`}>
            {drawing.countries.map(({ code, outline }) => (
              <path key={code} class="country shade-0" d={outline} data-country={code} />
            ))}
          </g>
          <path class="cross" d={`M${at[0] - 10} ${at[1]}h20M${at[0]} ${at[1] - 10}v20`} />
        </svg>
      </div>
      <p class="muted">{placeText(cross)}</p>
      <p class="muted note">{t('feed.boundaries')}</p>
    </div>
  );
}

/** What is written; else the middle of its country, or of the region. */
function beginOf(place: unknown): Position {
  const said = (name: string): unknown => valueAt(place, [name]);
  const [longitude, latitude] = [said('longitude'), said('latitude')];
  if (typeof longitude === 'number' && typeof latitude === 'number') return [longitude, latitude];
  return middleOf(String(said('country'))) ?? [-90, 15];
}

/** As the contract knows it. */
function countryOf(position: Position): string | undefined {
  const country = countryAt(position);
  return countryCodes.some((code) => code === country) ? country : undefined;
}

function placeText(position: Position): string {
  const country = countryOf(position);
  const [longitude, latitude] = position.map((degrees) => number(rounded(degrees)));
  return [
    country === undefined ? t('publish.mapNowhere') : countryName(country),
    `${latitude}, ${longitude}`,
  ].join(' · ');
}

function rounded(degrees: number): number {
  return Number(degrees.toFixed(digits));
}
