import { useMemo, useRef, useState } from 'preact/hooks';
import { counted, countryName, t } from '../../core/language.ts';
import { type CountryCount, shadeOf } from './measures.ts';
import type { Drawing, Pixel } from './shapes.ts';
import type { Sight } from './sight.ts';

export interface CountriesProps {
  readonly drawing: Drawing;
  readonly sight: Sight;
  /** The most first. */
  readonly counts: readonly CountryCount[];
  readonly chosen: readonly string[];
  readonly onChoose: (country: string) => void;
  /** The keyboard came to what is there. */
  readonly onFocus: (at: Pixel) => void;
}

/**
 * The countries' shapes, each a button where something happened. To the keyboard they are one place, in which arrows go from one to the next by
 * their numbers, as in the table.
 */
export function Countries({ drawing, sight, counts, chosen, onChoose, onFocus }: CountriesProps) {
  const group = useRef<SVGGElement>(null);
  const [current, setCurrent] = useState<string>();
  const numbers = useMemo(() => new Map(counts.map(({ country, count }) => [country, count])), [counts]);
  const largest = counts[0]?.count ?? 0;
  const onMap = useMemo(() => {
    const codes = new Set(drawing.countries.map(({ code }) => code));
    return counts.map(({ country }) => country).filter((country) => codes.has(country));
  }, [drawing, counts]);
  const reached = current !== undefined && onMap.includes(current) ? current : onMap[0];

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const place = onMap.indexOf(reached ?? '');
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (reached !== undefined) onChoose(reached);
    }
    if (step === undefined) return;
    event.preventDefault();
    const next = onMap[(place + step + onMap.length) % onMap.length];
    group.current?.querySelector<SVGElement>(`[data-country="${next}"]`)?.focus();
  };
  const { width, height } = drawing;
  const transform = `translate(${sight.x} ${sight.y}) scale(${sight.scale})`;
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no others in a drawing
    <svg class="map-drawing" width={width} height={height} role="group" aria-label={t('feed.map-countries')}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys come from the countries in it */}
      <g ref={group} transform={transform} onKeyDown={onKeyDown}>
        {drawing.countries.map(({ code, outline, middle }) => {
          const count = numbers.get(code) ?? 0;
          const isChosen = chosen.includes(code);
          const shade = `country shade-${shadeOf(count, largest)}`;
          if (count === 0 && !isChosen) return <path key={code} class={shade} d={outline} />;
          return (
            // biome-ignore lint/a11y/useSemanticElements: there are no others in a drawing
            <path
              key={code}
              class={shade}
              d={outline}
              data-country={code}
              role="button"
              tabIndex={code === reached ? 0 : -1}
              aria-pressed={isChosen}
              aria-label={`${countryName(code)}: ${counted('feed.events', count)}`}
              onClick={() => onChoose(code)}
              onFocus={() => {
                setCurrent(code);
                onFocus(middle);
              }}
            />
          );
        })}
      </g>
    </svg>
  );
}
