import { hash } from 'node:crypto';
import { addressOf } from '@puebla/schemas';

/** A CloudEvent with an id, to be sent as it is. */
export interface DemoEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly tlp?: string;
  readonly audience?: string;
  readonly ackby?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Publication {
  readonly does: 'publish';
  /** `<agency>/<person>` */
  readonly as: string;
  readonly event: DemoEvent;
  /** Who signs second; without one it is published at once, or waits. */
  readonly signedBy?: string;
}

export interface Statement {
  readonly does: 'state';
  readonly as: string;
  /** Address of what was taken back. */
  readonly of: string;
  readonly statement: { readonly statement: 'DELETED' } | { readonly statement: 'CANNOT'; reason: string };
}

/** What somebody of an agency does in the exercise. */
export type Act = Publication | Statement;

/** Acts that belong together, in their order. */
export interface Scene {
  readonly title: string;
  readonly acts: readonly Act[];
}

/** Writes the acts of one day: the same day makes the same events, so that they are kept once however often they are sent. */
export interface Script {
  /** The day of the exercise, or one so many days later (YYYY-MM-DD). */
  day(later?: number): string;
  /** A random-looking UUID of version 4 that this name has on this day. */
  handle(name: string): string;
  /** By the person on duty in an agency. */
  publish(
    agency: string,
    name: string,
    type: string,
    handling: Pick<DemoEvent, 'tlp' | 'audience' | 'ackby'>,
    data: DemoEvent['data'],
    signedBy?: string,
  ): Publication;
  acknowledge(agency: string, of: Publication, answer: string, observation?: object): Act;
}

const dayMs = 24 * 3_600_000;

/** @param today YYYY-MM-DD */
export function scriptOf(today: string): Script {
  const idOf = (name: string): string => `ejercicio-${today}-${name}`;
  const publish: Script['publish'] = (agency, name, type, handling, data, signedBy) => ({
    does: 'publish',
    as: `${agency}/duty`,
    event: { specversion: '1.0', id: idOf(name), source: agency, type, ...handling, data },
    ...(signedBy !== undefined && { signedBy }),
  });
  return {
    day: (later = 0) => new Date(Date.parse(today) + later * dayMs).toISOString().slice(0, 10),
    handle(name) {
      const hex = hash('sha256', idOf(name));
      return [
        hex.slice(0, 8),
        hex.slice(8, 12),
        `4${hex.slice(13, 16)}`,
        `8${hex.slice(17, 20)}`,
        hex.slice(20, 32),
      ].join('-');
    },
    publish,
    acknowledge: (agency, of, answer, observation) =>
      publish(
        agency,
        `acuse-${agency}-${of.event.id.slice(idOf('').length)}`,
        'acknowledgement',
        {},
        {
          of: addressOfAct(of),
          answer,
          ...(observation !== undefined && { observation }),
        },
      ),
  };
}

export const addressOfAct = ({ event }: Publication): string => addressOf(event.source, event.id);
