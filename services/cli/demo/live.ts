import type { Publication } from './act.ts';
import { alertOf, type Leg, route, said, type Town } from './alert.ts';

type Row = readonly [
  agency: string,
  category: string,
  severity: string,
  tlp: string,
  leg: Leg,
  town: Town,
  es: string,
  en: string,
];

/** What is seen one after the other: for all, for those who take part, for the members. */
const rows: readonly Row[] = [
  [
    'mx-inm',
    'ROUTE_CHANGE',
    'MINOR',
    'CLEAR',
    'TRANSIT',
    'tapachula',
    'más personas caminan por la costa',
    'more people walk along the coast',
  ],
  [
    'hn-inm',
    'SMUGGLING',
    'MODERATE',
    'AMBER',
    'RECRUITMENT',
    'sanPedroSula',
    'otro grupo se reúne en la terminal',
    'another group meets at the terminal',
  ],
  [
    'gt-igm',
    'ROUTE_CHANGE',
    'MODERATE',
    'GREEN',
    'TRANSIT',
    'tecunUman',
    'las balsas pasan a otro cruce',
    'the rafts move to another crossing',
  ],
  [
    'us-dhs',
    'SMUGGLING',
    'SEVERE',
    'AMBER',
    'INCIDENT',
    'mcAllen',
    'un vehículo no se detuvo en el retén',
    'a vehicle did not stop at the checkpoint',
  ],
  [
    'cr-dgme',
    'ROUTE_CHANGE',
    'MINOR',
    'CLEAR',
    'TRANSIT',
    'losChiles',
    'el paso se reabrió tras las lluvias',
    'the crossing is open again after the rain',
  ],
  [
    'sv-fgr',
    'FRAUDULENT_DOCUMENTS',
    'MODERATE',
    'GREEN',
    'TRANSIT',
    'sanSalvador',
    'un sello imitado en un permiso de viaje',
    'an imitated stamp on a travel permit',
  ],
  [
    'pa-senafront',
    'ROUTE_CHANGE',
    'SEVERE',
    'CLEAR',
    'TRANSIT',
    'meteti',
    'una crecida cerró el sendero',
    'a flood has closed the path',
  ],
  [
    'gt-mp',
    'TRAFFICKING',
    'SEVERE',
    'AMBER',
    'EXPLOITATION',
    'laMesilla',
    'documentos retenidos en una finca',
    'documents withheld on a farm',
  ],
];

/** What comes while one looks on: a new event each time, named by its instant. */
export function liveAct(nth: number, now: Date): Publication {
  const row = rows[nth % rows.length] ?? rows[0];
  if (row === undefined) throw new RangeError('there is nothing to play');
  const [agency, category, severity, tlp, leg, town, es, en] = row;
  const description = { es: 'En vivo, de un ejercicio.', en: 'Live, of an exercise.' };
  return {
    does: 'publish',
    as: `${agency}/duty`,
    event: {
      specversion: '1.0',
      id: `ejercicio-vivo-${now.toISOString().replaceAll(/[-:]/g, '')}`,
      source: agency,
      type: 'alert',
      tlp,
      data: alertOf({
        category,
        severity,
        urgency: 'IMMEDIATE',
        occurred: { from: now.toISOString().slice(0, 10) },
        places: route([leg, town]),
        information: said(
          { headline: es, description: description.es },
          { headline: en, description: description.en },
        ),
      }),
    },
  };
}

export const liveRows = rows.length;
