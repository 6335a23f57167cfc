import { foremost, isForemost } from './foremost.ts';
import type { Series } from './periods.ts';

/** Of more of the others the smaller ones have one colour. */
const colours = 7;

/** How each series is filled: the foremost have a pattern each, the others a colour by their place among themselves. */
export function fillsOf(series: readonly Pick<Series, 'category'>[]): readonly string[] {
  let place = 0;
  return series.map(({ category }) =>
    isForemost(category) ? `url(#series-${category})` : `var(--series-${Math.min(place++, colours)})`,
  );
}

const stripes = { TRAFFICKING: 'M-2 2 L2 -2 M0 10 L10 0 M8 12 L12 8', SMUGGLING: 'M0 5 H10' } as const;

/** Their own colours, and stripes for whoever does not tell them by these. */
export function Patterns() {
  return (
    <defs>
      {foremost.map((category) => (
        <pattern
          key={category}
          id={`series-${category}`}
          width="10"
          height="10"
          patternUnits="userSpaceOnUse"
        >
          <rect width="10" height="10" style={{ fill: `var(--series-${category})` }} />
          <path class="stripes" d={stripes[category]} />
        </pattern>
      ))}
    </defs>
  );
}
