import type { Label } from './labels.ts';
import type { Drawing } from './shapes.ts';

/** Over all else on the map, the countries' numbers; to those who do not see them each country says its own. */
export function Numbers({
  drawing,
  labels,
}: {
  readonly drawing: Drawing;
  readonly labels: readonly Label[];
}) {
  return (
    <svg class="map-numbers" width={drawing.width} height={drawing.height} aria-hidden="true">
      {labels.map(({ country, count, at: [x, y] }) => (
        <text key={country} x={x} y={y}>
          {country} {count}
        </text>
      ))}
    </svg>
  );
}
