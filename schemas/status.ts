import type { Freshness } from './freshness.ts';
import type { KindName } from './kind.ts';
import { type ParticipantCode, participantOf } from './participants.ts';

/**
 * How the exchange is: whether every country is heard, every feed fresh, anything stuck. `GET /v1/status` of the monitor answers it. What could
 * not be had in time is null: unknown, and no reason to show nothing.
 */
export interface ExchangeStatus {
  /** When it was looked at, RFC 3339. */
  readonly time: string;
  /** What needs somebody; empty when all is well. The worst first. */
  readonly troubles: readonly Trouble[];
  readonly participants: readonly ParticipantFreshness[] | null;
  /** Empty: unknown. */
  readonly services: readonly ServiceStatus[];
  readonly dead: readonly DeadStatus[] | null;
  readonly streams: StreamsStatus | null;
  /** Participants that owe something. */
  readonly overdue: readonly OverdueStatus[] | null;
  /** `GET /v1/status/schemas/{subject}` has the schemas themselves. */
  readonly schemas: readonly SubjectStatus[] | null;
  readonly parts: readonly PartStatus[];
}

export interface ParticipantFreshness extends Freshness {
  readonly participant: ParticipantCode;
}

export interface ServiceStatus {
  readonly service: 'gateway' | 'feeds' | 'library';
  /** Records that it handled in a second, lately; null until it was looked at twice. */
  readonly perSecond: number | null;
  /** Records in the log that it has not handled; null of the gateway, which follows nothing. */
  readonly lagRecords: number | null;
  /** Age of the oldest of them. */
  readonly lagSeconds: number | null;
  /** Lanes that hold anything. */
  readonly lanes: readonly LaneStatus[];
}

export interface LaneStatus {
  readonly topic: string;
  readonly participant: ParticipantCode;
  /** The record that it reads next. */
  readonly position: number;
  readonly lagRecords: number;
  readonly lagSeconds: number | null;
}

export interface DeadStatus {
  readonly kind: KindName;
  readonly open: number;
  /** When the oldest that is open was made, RFC 3339. */
  readonly oldest: string | null;
}

export interface StreamsStatus {
  readonly subscribers: number;
  /** Since the feeds began, by why. */
  readonly evictions: Readonly<Record<string, number>>;
}

export interface OverdueStatus {
  readonly participant: ParticipantCode;
  /** Null: unknown, as the next. */
  readonly acknowledgements: number | null;
  readonly recalls: number | null;
}

export interface SubjectStatus {
  readonly subject: string;
  /** Ascending. */
  readonly versions: readonly SchemaVersion[];
}

export interface SchemaVersion {
  readonly version: number;
  readonly id: number;
}

/** Of `GET /v1/status/schemas/{subject}`: every version with its schema. */
export interface SubjectSchemas {
  readonly subject: string;
  readonly versions: readonly (SchemaVersion & { readonly schema: unknown })[];
}

export interface PartStatus {
  readonly part: string;
  readonly state: 'OK' | 'FAILED' | 'UNKNOWN';
  /** Null where it does not say. */
  readonly version: string | null;
  readonly checks: readonly PartCheck[];
}

export interface PartCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export type Trouble =
  | { readonly code: 'part-failed' | 'part-unknown'; readonly part: string }
  | {
      readonly code: 'lag';
      readonly service: string;
      readonly records: number;
      readonly seconds: number | null;
    }
  | { readonly code: 'silent'; readonly participant: ParticipantCode; readonly hours: number | null }
  | { readonly code: 'dead'; readonly kind: KindName; readonly open: number }
  | {
      readonly code: 'acknowledgements-overdue' | 'recalls-overdue';
      readonly participant: ParticipantCode;
      readonly count: number;
    }
  | {
      readonly code: 'unknown';
      readonly section: 'participants' | 'services' | 'dead' | 'streams' | 'overdue' | 'schemas';
    };

/** A lag that is older is no moment's work any more. */
const maxLagSeconds = 30;

/** What of it needs somebody. */
export function troublesOf(status: Omit<ExchangeStatus, 'troubles' | 'time'>): Trouble[] {
  const { participants, services, dead, overdue, parts } = status;
  const sections = ['participants', 'services', 'dead', 'streams', 'overdue', 'schemas'] as const;
  return [
    ...parts.flatMap(({ part, state }): Trouble[] => {
      if (state === 'OK') return [];
      return [{ code: state === 'FAILED' ? 'part-failed' : 'part-unknown', part }];
    }),
    ...services.flatMap(({ service, lagRecords, lagSeconds }): Trouble[] =>
      lagRecords !== null && (lagSeconds ?? 0) > maxLagSeconds
        ? [{ code: 'lag', service, records: lagRecords, seconds: lagSeconds }]
        : [],
    ),
    ...(participants ?? []).flatMap(({ participant, verdict, silentHours: hours }): Trouble[] =>
      verdict === 'SILENT' ? [{ code: 'silent', participant, hours }] : [],
    ),
    ...(dead ?? []).flatMap(({ kind, open }): Trouble[] => (open > 0 ? [{ code: 'dead', kind, open }] : [])),
    ...(overdue ?? []).flatMap(({ participant, acknowledgements, recalls }): Trouble[] => [
      ...(acknowledgements
        ? [{ code: 'acknowledgements-overdue', participant, count: acknowledgements } as const]
        : []),
      ...(recalls ? [{ code: 'recalls-overdue', participant, count: recalls } as const] : []),
    ]),
    ...sections
      .filter((section) => status[section] === null || (section === 'services' && services.length === 0))
      .map((section): Trouble => ({ code: 'unknown', section })),
  ];
}

const sectionNames = {
  participants: ['quién ha sido oído', 'who was heard'],
  services: ['si los servicios van al día', 'whether the services keep up'],
  dead: ['las cartas muertas', 'the dead letters'],
  streams: ['los suscriptores', 'the subscribers'],
  overdue: ['lo que está vencido', 'what is overdue'],
  schemas: ['las versiones de los esquemas', 'the versions of schemas'],
} as const;

/** Whether anybody's habit is known: as long as it is not, no silence is a trouble. */
export function isJudged({ participants }: Pick<ExchangeStatus, 'participants'>): boolean {
  return participants?.some(({ verdict }) => verdict !== 'NOT_JUDGED') === true;
}

/** What is said where nothing needs anybody. */
export function calmText(status: Pick<ExchangeStatus, 'participants'>): {
  readonly es: string;
  readonly en: string;
} {
  return isJudged(status)
    ? { es: 'Todo está bien', en: 'All is well' }
    : {
        es: 'Nada está detenido; aún no se puede juzgar si se oye a cada país',
        en: 'Nothing is stuck; whether every country is heard cannot be judged yet',
      };
}

/** A trouble in one line. */
export function troubleText(trouble: Trouble): { readonly es: string; readonly en: string } {
  switch (trouble.code) {
    case 'part-failed':
      return { es: `${trouble.part} no está bien`, en: `${trouble.part} is not well` };
    case 'part-unknown':
      return { es: `${trouble.part} no responde`, en: `${trouble.part} does not answer` };
    case 'lag': {
      const { service, records, seconds } = trouble;
      return {
        es: `${service} lleva ${seconds ?? '?'} s de retraso (${records} registros)`,
        en: `${service} is ${seconds ?? '?'} s behind (${records} records)`,
      };
    }
    case 'silent': {
      const { es, en } = nameOf(trouble.participant);
      const { hours } = trouble;
      return hours === null
        ? { es: `${es}: nada en 90 días`, en: `${en} not heard in 90 days` }
        : {
            es: `${es}: en silencio desde hace ${shortHours(hours)}`,
            en: `${en} silent for ${shortHours(hours)}`,
          };
    }
    case 'dead':
      return {
        es: `${many(trouble.open, 'carta muerta', 'cartas muertas')} de ${trouble.kind}`,
        en: `${many(trouble.open, 'dead letter', 'dead letters')} of ${trouble.kind}`,
      };
    case 'acknowledgements-overdue': {
      const { es, en } = nameOf(trouble.participant);
      return {
        es: `${es}: ${many(trouble.count, 'acuse vencido', 'acuses vencidos')}`,
        en: `${en}: ${many(trouble.count, 'acknowledgement', 'acknowledgements')} overdue`,
      };
    }
    case 'recalls-overdue': {
      const { es, en } = nameOf(trouble.participant);
      return {
        es: `${es}: ${many(trouble.count, 'declaración de borrado vencida', 'declaraciones de borrado vencidas')}`,
        en: `${en}: ${many(trouble.count, 'statement', 'statements')} on recalls overdue`,
      };
    }
    case 'unknown': {
      const [es, en] = sectionNames[trouble.section];
      return { es: `no se sabe ahora: ${es}`, en: `not known now: ${en}` };
    }
  }
}

function many(n: number, one: string, several: string): string {
  return `${n} ${n === 1 ? one : several}`;
}

function nameOf(code: ParticipantCode): { readonly es: string; readonly en: string } {
  return participantOf(code)?.name ?? { es: code, en: code };
}

function shortHours(hours: number): string {
  return hours < 1 ? `${Math.round(hours * 60)} min` : `${Math.round(hours)} h`;
}
