import { type Participant, type ParticipantCode, participantOf, participants } from './participants.ts';

/**
 * Agencies of a demonstration: names of real public institutions, which have no part in it. The directory service takes the
 * place of this list when participants keep their own.
 */
export type AgencyId = string;

export interface Agency {
  /** The participant's code in small letters, a hyphen, a short name. Never used again for another. */
  readonly id: AgencyId;
  readonly participant: ParticipantCode;
  readonly name: { readonly es: string; readonly en: string };
}

type Row = readonly [id: string, es: string, en?: string];

/** The first of each participant stands for it where only the participant is known (import of published data). */
const rows: Readonly<Record<ParticipantCode, readonly Row[]>> = {
  BZ: [
    ['bz-police', 'Departamento de Policía de Belice', 'Belize Police Department'],
    ['bz-immigration', 'Departamento de Servicios de Inmigración', 'Department of Immigration Services'],
    ['bz-atips', 'Consejo contra la Trata de Personas', 'Anti-Trafficking in Persons Council'],
  ],
  CA: [
    ['ca-rcmp', 'Real Policía Montada de Canadá', 'Royal Canadian Mounted Police'],
    ['ca-cbsa', 'Agencia de Servicios Fronterizos de Canadá', 'Canada Border Services Agency'],
    [
      'ca-ircc',
      'Inmigración, Refugiados y Ciudadanía de Canadá',
      'Immigration, Refugees and Citizenship Canada',
    ],
  ],
  CR: [
    [
      'cr-dgme',
      'Dirección General de Migración y Extranjería',
      'Directorate-General of Migration and Foreigners',
    ],
    ['cr-oij', 'Organismo de Investigación Judicial', 'Judicial Investigation Agency'],
    ['cr-pani', 'Patronato Nacional de la Infancia', 'National Child Welfare Agency'],
  ],
  DO: [
    ['do-dgm', 'Dirección General de Migración', 'Directorate-General of Migration'],
    ['do-pgr', 'Procuraduría General de la República', 'Office of the Attorney General'],
    [
      'do-conani',
      'Consejo Nacional para la Niñez y la Adolescencia',
      'National Council for Children and Adolescents',
    ],
  ],
  SV: [
    [
      'sv-dgme',
      'Dirección General de Migración y Extranjería',
      'Directorate-General of Migration and Foreigners',
    ],
    ['sv-pnc', 'Policía Nacional Civil', 'National Civil Police'],
    ['sv-fgr', 'Fiscalía General de la República', 'Office of the Attorney General'],
  ],
  GT: [
    ['gt-igm', 'Instituto Guatemalteco de Migración', 'Guatemalan Migration Institute'],
    ['gt-pgn', 'Procuraduría General de la Nación', 'Office of the Solicitor General'],
    [
      'gt-svet',
      'Secretaría contra la Violencia Sexual, Explotación y Trata de Personas',
      'Secretariat against Sexual Violence, Exploitation and Trafficking in Persons',
    ],
    ['gt-mp', 'Ministerio Público', 'Public Prosecutor’s Office'],
  ],
  HN: [
    ['hn-inm', 'Instituto Nacional de Migración', 'National Migration Institute'],
    [
      'hn-cicesct',
      'Comisión Interinstitucional contra la Explotación Sexual Comercial y Trata de Personas',
      'Inter-Institutional Commission against Commercial Sexual Exploitation and Trafficking in Persons',
    ],
    ['hn-mp', 'Ministerio Público', 'Public Prosecutor’s Office'],
  ],
  MX: [
    ['mx-fgr', 'Fiscalía General de la República', 'Office of the Attorney General'],
    ['mx-inm', 'Instituto Nacional de Migración', 'National Migration Institute'],
    [
      'mx-dif',
      'Sistema Nacional para el Desarrollo Integral de la Familia',
      'National System for Integral Family Development',
    ],
    ['mx-comar', 'Comisión Mexicana de Ayuda a Refugiados', 'Mexican Commission for Refugee Assistance'],
  ],
  NI: [
    [
      'ni-dgme',
      'Dirección General de Migración y Extranjería',
      'Directorate-General of Migration and Foreigners',
    ],
    ['ni-pn', 'Policía Nacional', 'National Police'],
  ],
  PA: [
    ['pa-snm', 'Servicio Nacional de Migración', 'National Migration Service'],
    ['pa-senafront', 'Servicio Nacional de Fronteras', 'National Border Service'],
    ['pa-mp', 'Ministerio Público', 'Public Prosecutor’s Office'],
  ],
  US: [
    ['us-dhs', 'Departamento de Seguridad Nacional', 'Department of Homeland Security'],
    ['us-state', 'Departamento de Estado', 'Department of State'],
    ['us-doj', 'Departamento de Justicia', 'Department of Justice'],
  ],
  CO: [
    ['co-migracion', 'Migración Colombia', 'Migration Colombia'],
    ['co-fgn', 'Fiscalía General de la Nación', 'Office of the Attorney General'],
  ],
  JM: [
    [
      'jm-pica',
      'Agencia de Pasaportes, Inmigración y Ciudadanía',
      'Passport, Immigration and Citizenship Agency',
    ],
    ['jm-jcf', 'Fuerza Policial de Jamaica', 'Jamaica Constabulary Force'],
  ],
  PE: [
    ['pe-migraciones', 'Superintendencia Nacional de Migraciones', 'National Superintendency of Migration'],
    ['pe-pnp', 'Policía Nacional del Perú', 'National Police of Peru'],
  ],
  IOM: [['iom-regional', 'OIM, oficina regional', 'IOM, regional office']],
  UNHCR: [['unhcr-americas', 'ACNUR, oficina para las Américas', 'UNHCR, bureau for the Americas']],
  UNFPA: [
    [
      'unfpa-lacro',
      'UNFPA, oficina para América Latina y el Caribe',
      'UNFPA, office for Latin America and the Caribbean',
    ],
  ],
  SEGIB: [['segib-secretariat', 'Secretaría General Iberoamericana', 'Ibero-American General Secretariat']],
  ES: [['es-interior', 'Ministerio del Interior', 'Ministry of the Interior']],
  RNCOM: [['rncom-network', 'RNCOM, secretaría de la red', 'RNCOM, secretariat of the network']],
  PPT: [['ppt-office', 'Presidencia Pro-Témpore', 'Presidency Pro-Tempore']],
  TS: [['ts-office', 'Secretaría Técnica', 'Technical Secretariat']],
  RCGM: [
    ['rcgm-group', 'Grupo Regional de Consulta sobre Migración', 'Regional Consultation Group on Migration'],
  ],
};

export const agencies: readonly Agency[] = participants.flatMap(({ code }) =>
  (rows[code] ?? []).map(([id, es, en]) => ({ id, participant: code, name: { es, en: en ?? es } })),
);

const byId: ReadonlyMap<string, Agency> = new Map(agencies.map((agency) => [agency.id, agency]));

/** The participant's code in small letters, a hyphen, a short name (rules.md). */
const agencyPattern = /^([a-z][a-z0-9]{1,11})-[a-z0-9]+(?:-[a-z0-9]+)*$/;
const maxAgencyLength = 64;

/** The participant that an agency's id says, whether there is such an agency or not: it never moves to another. */
export function participantOfAgency(id: AgencyId): Participant | undefined {
  const code = id.length > maxAgencyLength ? undefined : agencyPattern.exec(id)?.[1];
  return code === undefined ? undefined : participantOf(code.toUpperCase());
}

export function agencyOf(id: string): Agency | undefined {
  return byId.get(id);
}

/** The agency that stands for a participant where only the participant is known. */
export function defaultAgencyOf(participant: ParticipantCode): Agency | undefined {
  return agencies.find((agency) => agency.participant === participant);
}
