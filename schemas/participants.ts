/**
 * Who takes part in the Conference, and the lane of each: the partition, in the topic of every kind, that carries what it says.
 * Lanes are append-only: a participant has one for good, and it is never given to another. `lanes.json` is the copy that a test
 * compares with, and what another implementation reads.
 */
export type ParticipantCode = string;

export const statuses = ['MEMBER', 'OBSERVER', 'ORGANIZATION', 'GUEST', 'CIVIL_SOCIETY', 'BODY'] as const;
export type Status = (typeof statuses)[number];

export interface Participant {
  /** ISO 3166-1 alpha-2 of a state; the usual short name, in capitals, of everybody else. */
  readonly code: ParticipantCode;
  /** BODY is ours: the Conference's own bodies, which take part without being states or organizations. */
  readonly status: Status;
  readonly lane: number;
  readonly name: { readonly es: string; readonly en: string };
}

type Row = readonly [code: string, status: Status, lane: number, es: string, en: string];

const rows: readonly Row[] = [
  ['BZ', 'MEMBER', 0, 'Belice', 'Belize'],
  ['CA', 'MEMBER', 1, 'Canadá', 'Canada'],
  ['CR', 'MEMBER', 2, 'Costa Rica', 'Costa Rica'],
  ['DO', 'MEMBER', 3, 'República Dominicana', 'Dominican Republic'],
  ['SV', 'MEMBER', 4, 'El Salvador', 'El Salvador'],
  ['GT', 'MEMBER', 5, 'Guatemala', 'Guatemala'],
  ['HN', 'MEMBER', 6, 'Honduras', 'Honduras'],
  ['MX', 'MEMBER', 7, 'México', 'Mexico'],
  ['NI', 'MEMBER', 8, 'Nicaragua', 'Nicaragua'],
  ['PA', 'MEMBER', 9, 'Panamá', 'Panama'],
  ['US', 'MEMBER', 10, 'Estados Unidos de América', 'United States of America'],
  ['CO', 'OBSERVER', 11, 'Colombia', 'Colombia'],
  ['JM', 'OBSERVER', 12, 'Jamaica', 'Jamaica'],
  ['PE', 'OBSERVER', 13, 'Perú', 'Peru'],
  [
    'IOM',
    'ORGANIZATION',
    14,
    'Organización Internacional para las Migraciones',
    'International Organization for Migration',
  ],
  [
    'UNHCR',
    'ORGANIZATION',
    15,
    'Alto Comisionado de las Naciones Unidas para los Refugiados',
    'United Nations High Commissioner for Refugees',
  ],
  [
    'UNFPA',
    'ORGANIZATION',
    16,
    'Fondo de Población de las Naciones Unidas',
    'United Nations Population Fund',
  ],
  ['SEGIB', 'ORGANIZATION', 17, 'Secretaría General Iberoamericana', 'Ibero-American General Secretariat'],
  ['ES', 'GUEST', 18, 'España', 'Spain'],
  [
    'RNCOM',
    'CIVIL_SOCIETY',
    19,
    'Red Regional de Organizaciones Civiles para las Migraciones',
    'Regional Network of Civil Organizations for Migration',
  ],
  ['PPT', 'BODY', 20, 'Presidencia Pro-Témpore', 'Presidency Pro-Tempore'],
  ['TS', 'BODY', 21, 'Secretaría Técnica', 'Technical Secretariat'],
  [
    'RCGM',
    'BODY',
    22,
    'Grupo Regional de Consulta sobre Migración',
    'Regional Consultation Group on Migration',
  ],
];

/** In the order of their lanes, 0 to n. */
export const participants: readonly Participant[] = rows.map(([code, status, lane, es, en]) => ({
  code,
  status,
  lane,
  name: { es, en },
}));

/** Partitions of a kind's topic. */
export const laneCount = participants.length;

const byCode: ReadonlyMap<string, Participant> = new Map(participants.map((p) => [p.code, p]));

export function participantOf(code: string): Participant | undefined {
  return byCode.get(code);
}

/** The sub-regions that subscribers ask for (regions to filter by, not groups to address). */
export const regions = {
  CA4: ['GT', 'SV', 'HN', 'NI'],
  CENTRAL_AMERICA: ['BZ', 'CR', 'SV', 'GT', 'HN', 'NI', 'PA'],
  NORTH_AMERICA: ['CA', 'MX', 'US'],
  CARIBBEAN: ['DO', 'JM'],
} as const satisfies Record<string, readonly string[]>;

export type Region = keyof typeof regions;
