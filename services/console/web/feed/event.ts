import { type Facets, type FilteredEvent, kindOf, noFacets } from '@puebla/schemas';

/** A structured CloudEvent, as the exchange shows it. */
export interface ShownEvent {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly time: string;
  readonly recordedtime: string;
  readonly participant: string;
  readonly tlp: string;
  readonly audience?: string;
  /** Whom its audience meant when it was accepted, with commas between. */
  readonly readers?: string;
  readonly thread?: string;
  readonly ackby?: string;
  readonly subject?: string;
  readonly sponsor?: string;
  readonly office?: string;
  readonly signedby?: string;
  readonly danger?: string;
  readonly usecode?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Headline {
  readonly language: string;
  readonly text: string;
}

export interface Spot {
  readonly leg: string | null;
  readonly country: string | null;
  readonly subdivision: string | null;
  readonly locality: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/**
 * What the list, the map and the timeline need of an event. Its texts but the headline stay with the exchange: fifty thousand of these are
 * kept, and a record is fetched whole when it is opened.
 */
export interface Item extends FilteredEvent {
  /** `<agency>/<id>` */
  readonly name: string;
  /** `<agency>/<id>` of the first event of its thread: its own when it is that. */
  readonly thread: string;
  readonly tlp: string;
  readonly audience: string | undefined;
  readonly ackby: string | undefined;
  /** RFC 3339, by the publisher. */
  readonly time: string;
  readonly recordedtime: string;
  readonly status: string | undefined;
  readonly headlines: readonly Headline[];
  readonly spots: readonly Spot[];
  readonly facets: Facets;
}

/** `<agency>/<id>` */
export function nameOf({ source, id }: Pick<ShownEvent, 'source' | 'id'>): string {
  return `${source}/${id}`;
}

export function itemOf(event: ShownEvent): Item {
  const { source, type, participant, tlp, audience, ackby, time, recordedtime, thread, data } = event;
  const name = nameOf(event);
  const status = data['status'];
  return {
    name,
    thread: thread ?? name,
    kind: type,
    agency: source,
    participant,
    accepted: Date.parse(recordedtime),
    tlp,
    audience,
    ackby,
    time,
    recordedtime,
    status: typeof status === 'string' ? status : undefined,
    headlines: headlinesOf(data),
    spots: Array.isArray(data['places']) ? (data['places'] as Spot[]) : [],
    facets: facetsOf(type, data),
  };
}

/** Of a kind that is newer than the page: by none of them. */
function facetsOf(type: string, data: Readonly<Record<string, unknown>>): Facets {
  return kindOf(type)?.facets({ ...data }) ?? noFacets;
}

function headlinesOf(data: Readonly<Record<string, unknown>>): readonly Headline[] {
  const texts = data['information'];
  if (!Array.isArray(texts)) return [];
  return texts.flatMap((text: Record<string, unknown>) => {
    const shown = text['headline'] ?? text['title'] ?? text['name'];
    return typeof shown === 'string' ? [{ language: String(text['language']), text: shown }] : [];
  });
}
