import type { IncomingEvent } from '@puebla/schemas';
import { t } from '../language.ts';
import { type ImportItem, shown } from './item.ts';
import { publisherOf, reasonOf, violationsOf } from './publisher.ts';
import type { CsvRow } from './records.ts';
import { createRowIds } from './row-id.ts';

/**
 * Incidents of the Missing Migrants Project: a row becomes an alert. The source says when, where and how many; nothing
 * is added to it that it does not say, such as a severity.
 */
export const incidentColumns = ['date', 'country', 'latitude', 'longitude', 'dead_and_missing'] as const;
type IncidentRow = CsvRow<(typeof incidentColumns)[number]>;

/** Maps rows one after the other; equal rows get ids of their own. */
export function createIncidentMapper(): (row: IncidentRow) => ImportItem {
  const idOf = createRowIds('mmp');
  return (row) => {
    const { line, fields } = row;
    const { date, country } = fields;
    const refuse = (reason: string): ImportItem => ({ ok: false, line, reason, country });
    const agency = publisherOf(country);
    if (typeof agency === 'string') return refuse(agency);
    const latitude = decimal(fields.latitude, 90);
    const longitude = decimal(fields.longitude, 180);
    const people = count(fields.dead_and_missing);
    if (latitude === undefined)
      return refuse(
        t(
          `latitude ${shown(fields.latitude)} is no number of degrees from -90 to 90`,
          `latitude ${shown(fields.latitude)} no es un número de grados de -90 a 90`,
        ),
      );
    if (longitude === undefined)
      return refuse(
        t(
          `longitude ${shown(fields.longitude)} is no number of degrees from -180 to 180`,
          `longitude ${shown(fields.longitude)} no es un número de grados de -180 a 180`,
        ),
      );
    if (people === undefined)
      return refuse(
        t(
          `dead_and_missing ${shown(fields.dead_and_missing)} is no count of people`,
          `dead_and_missing ${shown(fields.dead_and_missing)} no es un número de personas`,
        ),
      );
    if (!isPastDay(date))
      return refuse(
        t(
          `date ${shown(date)} is no day of the past (YYYY-MM-DD)`,
          `date ${shown(date)} no es un día pasado (AAAA-MM-DD)`,
        ),
      );

    // The columns by name: their order in the file is no part of the row.
    const id = idOf(incidentColumns.map((column) => fields[column]));
    const event = incidentEvent({ id, date, country, latitude, longitude, people });
    const violations = violationsOf(event, agency);
    if (violations.length > 0) return refuse(reasonOf(violations));
    return { ok: true, country, agency: agency.id, lines: [line], event };
  };
}

interface Incident {
  readonly id: string;
  readonly date: string;
  readonly country: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly people: number;
}

function incidentEvent(incident: Incident): IncomingEvent & { readonly id: string } {
  const { id, date, country, latitude, longitude, people } = incident;
  return {
    specversion: '1.0',
    id,
    type: 'alert',
    time: `${date}T00:00:00Z`,
    tlp: 'CLEAR',
    data: {
      category: 'MISSING_OR_DEAD_MIGRANTS',
      status: 'ACTUAL',
      messageType: 'ALERT',
      urgency: 'PAST',
      certainty: 'OBSERVED',
      occurred: { from: date },
      places: [{ leg: 'INCIDENT', country, latitude, longitude }],
      people: { deadAndMissing: people },
      information: [
        {
          language: 'es',
          headline:
            people === 1
              ? 'Una persona migrante muerta o desaparecida'
              : `${people} personas migrantes muertas o desaparecidas`,
          description:
            'Proyecto Migrantes Desaparecidos de la OIM. Las cifras son estimaciones mínimas. El país se dedujo de las coordenadas; cerca de una frontera puede ser el vecino.',
        },
        {
          language: 'en',
          headline: people === 1 ? 'One migrant dead or missing' : `${people} migrants dead or missing`,
          description:
            'IOM Missing Migrants Project. Figures are minimum estimates. The country was derived from the coordinates; near a border it can be the neighbour.',
        },
      ],
      source: {
        origin: 'PUBLISHED',
        name: 'IOM Missing Migrants Project',
        url: 'https://missingmigrants.iom.int',
      },
    },
  };
}

function decimal(text: string, limit: number): number | undefined {
  if (!/^[+-]?\d{1,3}(\.\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Math.abs(value) <= limit ? value : undefined;
}

function count(text: string): number | undefined {
  return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** `Date` takes 2021-02-30 for the second of March: only a day that it gives back as it was is one. */
function isPastDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.valueOf()) && day.toISOString().startsWith(text) && day.valueOf() <= Date.now();
}
