import type { Line } from '../lines.ts';
import { createDetectionMapper, detectionColumns } from './detections.ts';
import { createIncidentMapper, incidentColumns } from './incidents.ts';
import type { ImportItem } from './item.ts';
import { csvRows } from './records.ts';

/** A published file that can be imported. */
export interface ImportSource {
  /** As the source wants to be named. */
  readonly title: string;
  /** What the lines of its file become. @throws HeaderError */
  read(lines: AsyncIterable<Line>): AsyncGenerator<ImportItem>;
}

export const importSources = {
  incidents: {
    title: 'IOM Missing Migrants Project',
    async *read(lines) {
      const map = createIncidentMapper();
      for await (const row of csvRows(lines, incidentColumns)) yield row.ok ? map(row) : row;
    },
  },
  detections: {
    title: 'UNODC, Global Report on Trafficking in Persons (GLOTIP)',
    async *read(lines) {
      const mapper = createDetectionMapper();
      for await (const row of csvRows(lines, detectionColumns)) {
        if (row.ok) yield* mapper.take(row);
        else yield row;
      }
      yield* mapper.finish();
    },
  },
} as const satisfies Readonly<Record<string, ImportSource>>;
