import type { Cluster } from './clusters.ts';
import type { Leg } from './measures.ts';
import type { Drawing } from './shapes.ts';
import { onScreen, type Sight } from './sight.ts';

const roomForNumberPx = 9;
const legOpacity = 0.6;

/** Ways and points on the canvas over the countries; its colours are those that the style sheet gives the canvas. */
export function paint(
  canvas: HTMLCanvasElement,
  drawing: Drawing,
  sight: Sight,
  legs: readonly Leg[],
  clusters: readonly Cluster[],
): void {
  const brush = canvas.getContext('2d');
  if (brush === null) return;
  const { width, height } = drawing;
  canvas.width = width * devicePixelRatio;
  canvas.height = height * devicePixelRatio;
  brush.scale(devicePixelRatio, devicePixelRatio);
  const { color, fill, stroke } = getComputedStyle(canvas);
  brush.strokeStyle = stroke;
  brush.globalAlpha = legOpacity;
  for (const leg of legs) paintLeg(brush, drawing, sight, leg);
  brush.globalAlpha = 1;
  brush.font = '600 11px system-ui, sans-serif';
  brush.textAlign = 'center';
  brush.textBaseline = 'middle';
  brush.lineWidth = 1;
  for (const { at, radius, count } of clusters) {
    brush.beginPath();
    brush.arc(at[0], at[1], radius, 0, 2 * Math.PI);
    brush.fillStyle = color;
    brush.fill();
    brush.strokeStyle = fill;
    brush.stroke();
    if (count === 1 || radius < roomForNumberPx) continue;
    brush.fillStyle = fill;
    brush.fillText(shortOf(count), at[0], at[1]);
  }
}

/** A bow, so that the way back is another line. */
function paintLeg(
  brush: CanvasRenderingContext2D,
  drawing: Drawing,
  sight: Sight,
  { from, to, count }: Leg,
): void {
  const [x1, y1] = onScreen(sight, drawing.place(from));
  const [x2, y2] = onScreen(sight, drawing.place(to));
  const [bowX, bowY] = [(x1 + x2) / 2 - (y2 - y1) * 0.15, (y1 + y2) / 2 + (x2 - x1) * 0.15];
  brush.lineWidth = Math.min(3.5, 1 + Math.log2(count) / 4);
  brush.beginPath();
  brush.moveTo(x1, y1);
  brush.quadraticCurveTo(bowX, bowY, x2, y2);
  const direction = Math.atan2(y2 - bowY, x2 - bowX);
  for (const side of [-0.45, 0.45]) {
    brush.moveTo(x2, y2);
    brush.lineTo(x2 - 8 * Math.cos(direction + side), y2 - 8 * Math.sin(direction + side));
  }
  brush.stroke();
}

function shortOf(count: number): string {
  return count < 1_000 ? String(count) : `${Math.round(count / 1_000)}k`;
}
