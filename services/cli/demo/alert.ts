import type { DemoEvent } from './act.ts';

/** A town on a route, as an alert says it. */
export const towns = {
  sanPedroSula: {
    country: 'HN',
    subdivision: 'HN-CR',
    locality: 'San Pedro Sula',
    latitude: 15.5,
    longitude: -88.03,
  },
  aguaCaliente: {
    country: 'HN',
    subdivision: 'HN-OC',
    locality: 'Agua Caliente',
    latitude: 14.5,
    longitude: -89.3,
  },
  esquipulas: {
    country: 'GT',
    subdivision: 'GT-20',
    locality: 'Esquipulas',
    latitude: 14.56,
    longitude: -89.35,
  },
  tecunUman: {
    country: 'GT',
    subdivision: 'GT-12',
    locality: 'Tecún Umán',
    latitude: 14.68,
    longitude: -92.14,
  },
  laMesilla: {
    country: 'GT',
    subdivision: 'GT-13',
    locality: 'La Mesilla',
    latitude: 15.62,
    longitude: -91.98,
  },
  tapachula: {
    country: 'MX',
    subdivision: 'MX-CHP',
    locality: 'Tapachula',
    latitude: 14.9,
    longitude: -92.26,
  },
  puebla: { country: 'MX', subdivision: 'MX-PUE', locality: 'Puebla', latitude: 19.04, longitude: -98.2 },
  reynosa: { country: 'MX', subdivision: 'MX-TAM', locality: 'Reynosa', latitude: 26.09, longitude: -98.28 },
  mcAllen: { country: 'US', subdivision: 'US-TX', locality: 'McAllen', latitude: 26.2, longitude: -98.23 },
  houston: { country: 'US', subdivision: 'US-TX', locality: 'Houston', latitude: 29.76, longitude: -95.37 },
  meteti: { country: 'PA', subdivision: 'PA-5', locality: 'Metetí', latitude: 8.5, longitude: -77.98 },
  losChiles: {
    country: 'CR',
    subdivision: 'CR-A',
    locality: 'Los Chiles',
    latitude: 11.03,
    longitude: -84.71,
  },
  sanSalvador: {
    country: 'SV',
    subdivision: 'SV-SS',
    locality: 'San Salvador',
    latitude: 13.69,
    longitude: -89.22,
  },
} as const;

export type Town = keyof typeof towns;
export type Leg = 'RECRUITMENT' | 'TRANSIT' | 'EXPLOITATION' | 'INCIDENT';

/** Places of a route, in its order. */
export const route = (...stops: readonly (readonly [Leg, Town])[]): object[] =>
  stops.map(([leg, town]) => ({ leg, ...towns[town] }));

export interface Said {
  readonly headline: string;
  readonly description: string;
  readonly instruction?: string;
}

/** Both languages, each marked as an exercise. */
export const said = (es: Said, en: Said): object[] => [
  { language: 'es', ...es, headline: `EJERCICIO: ${es.headline}` },
  { language: 'en', ...en, headline: `EXERCISE: ${en.headline}` },
];

/** What an alert of the exercise says; what is left out is as usual. */
export const alertOf = (data: DemoEvent['data']): DemoEvent['data'] => ({
  status: 'EXERCISE',
  messageType: 'ALERT',
  urgency: 'EXPECTED',
  severity: 'MODERATE',
  certainty: 'LIKELY',
  source: { origin: 'OBSERVED' },
  ...data,
});
