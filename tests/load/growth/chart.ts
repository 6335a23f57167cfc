import { type Figure, figures, type Point } from './points.ts';
import { inThousands } from './table.ts';

const panel = { width: 260, height: 190, left: 58, right: 16, top: 34, bottom: 38 } as const;
const columns = 5;
/** Told apart in light and dark, and by those who see few colours. */
const colours = ['#3b82f6', '#e07b00', '#1a9e77', '#c2457e'];

const style = `
  text { font: 11px system-ui, sans-serif; fill: #333 }
  .title { font-weight: 600; font-size: 12px }
  .axis { stroke: #999; stroke-width: 1 }
  .grid { stroke: #ddd; stroke-width: 1 }
  .back { fill: #fff }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .axis { stroke: #777 } .grid { stroke: #333 } .back { fill: #14171a }
  }`;

/** A chart of all figures as SVG: a panel each, events kept (logarithmic) along, one line a number of participants. */
export function chartOf(points: readonly Point[]): string {
  const series = [...Map.groupBy(points, ({ participants }) => participants)];
  const rows = Math.ceil(figures.length / columns);
  const width = columns * panel.width;
  const height = rows * panel.height + 30;
  const panels = figures.map(({ key, name, unit }, n) => {
    const at = `translate(${(n % columns) * panel.width} ${Math.floor(n / columns) * panel.height})`;
    return `<g transform="${at}"><text class="title" x="${panel.left}" y="20">${name}, ${unit}</text>${panelOf(series, points, key)}</g>`;
  });
  const legend = series.map(([participants], n) => {
    const x = panel.left + n * 150;
    return `<circle cx="${x}" cy="${height - 14}" r="4" fill="${colourOf(n)}"/><text x="${x + 10}" y="${height - 10}">${participants} participants</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Growth: each figure by events kept and participants">
<style>${style}
</style>
<rect class="back" width="${width}" height="${height}"/>
${[...panels, ...legend].join('\n')}
</svg>
`;
}

type Series = readonly (readonly [participants: number, points: readonly Point[]])[];

function panelOf(series: Series, points: readonly Point[], key: Figure): string {
  const top = roundUp(Math.max(...points.map((point) => point[key] ?? 0)));
  const sizes = [...new Set(points.map(({ events }) => events))].sort((a, b) => a - b);
  const [low = 1, high = 1] = [sizes[0], sizes.at(-1)].map((size) => Math.log10(size ?? 1));
  const inner = panel.width - panel.left - panel.right;
  const x = (events: number): string =>
    (
      panel.left +
      8 +
      (inner - 16) * (high === low ? 0.5 : (Math.log10(events) - low) / (high - low))
    ).toFixed(1);
  const y = (value: number): string =>
    (panel.height - panel.bottom - ((panel.height - panel.top - panel.bottom) * value) / top).toFixed(1);

  const grid = [0, top / 2, top].map(
    (value) =>
      `<line class="${value === 0 ? 'axis' : 'grid'}" x1="${panel.left}" x2="${panel.width - panel.right}" y1="${y(value)}" y2="${y(value)}"/>` +
      `<text text-anchor="end" x="${panel.left - 6}" y="${Number(y(value)) + 4}">${inThousands(value)}</text>`,
  );
  const marks = sizes.map(
    (size) =>
      `<text text-anchor="middle" x="${x(size)}" y="${panel.height - panel.bottom + 16}">${short(size)}</text>`,
  );
  const lines = series.map(([, ofSeries], n) => {
    const places = ofSeries.flatMap(({ events, [key]: value }) =>
      value === undefined ? [] : [{ x: x(events), y: y(value) }],
    );
    const line = places.map((place) => `${place.x},${place.y}`).join(' ');
    const dots = places.map(
      (place) => `<circle cx="${place.x}" cy="${place.y}" r="3" fill="${colourOf(n)}"/>`,
    );
    return `<polyline fill="none" stroke="${colourOf(n)}" stroke-width="2" points="${line}"/>${dots.join('')}`;
  });
  return [...grid, ...marks, ...lines].join('');
}

const colourOf = (n: number): string => colours[n % colours.length] ?? '#888';

/** The next of 1, 2, 5, 10, 20 and so on. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}

function short(size: number): string {
  return size >= 1_000_000 ? `${size / 1_000_000}M` : `${size / 1_000}k`;
}
