import { addressOfAct, type Scene, type Script } from './act.ts';
import { alertOf, route, said } from './alert.ts';

const forcedLabour = {
  category: 'TRAFFICKING',
  severity: 'SEVERE',
  places: route(['RECRUITMENT', 'sanPedroSula'], ['EXPLOITATION', 'laMesilla']),
  exploitation: ['FORCED_LABOUR'],
  control: ['DEBT_BONDAGE', 'WITHHOLDS_DOCUMENTS'],
  recruitment: ['THROUGH_ONLINE_SOCIAL_NETWORKS'],
  groups: ['WOMEN', 'ADOLESCENTS'],
  people: { atLeast: 12, atMost: 20 },
  information: said(
    {
      headline: 'trabajo forzoso en una finca, con deudas por el viaje',
      description:
        'Se ofrece empleo en redes sociales; al llegar se retienen los documentos y el viaje se cobra como deuda.',
    },
    {
      headline: 'forced labour on a farm, with debts for the journey',
      description:
        'Work is offered on social networks; on arrival documents are withheld and the journey is charged as a debt.',
    },
  ),
};

const movedPassage = {
  category: 'ROUTE_CHANGE',
  places: route(['TRANSIT', 'meteti'], ['TRANSIT', 'losChiles']),
  transport: ['ON_FOOT', 'MARITIME'],
  information: said(
    {
      headline: 'el paso por la selva se desplaza hacia la costa',
      description: 'Las lluvias cerraron un sendero. Más embarcaciones salen de noche, con mal tiempo.',
    },
    {
      headline: 'the passage through the forest moves to the coast',
      description: 'Rain has closed a path. More boats leave by night, in bad weather.',
    },
  ),
};

const falseOffers = {
  category: 'FRAUDULENT_RECRUITMENT',
  severity: 'SEVERE',
  places: [
    { leg: 'RECRUITMENT', country: 'GT', subdivision: 'GT-13' },
    { leg: 'EXPLOITATION', country: 'MX', subdivision: 'MX-SIN' },
  ],
  recruitment: ['THROUGH_ONLINE_SOCIAL_NETWORKS'],
  information: said(
    {
      headline: 'ofertas falsas de empleo agrícola con el viaje pagado',
      description: 'Los anuncios no nombran empresa ni contrato, y piden enviar una foto de los documentos.',
    },
    {
      headline: 'false offers of farm work with the journey paid',
      description:
        'The advertisements name neither a company nor a contract, and ask for a photograph of documents.',
    },
  ),
};

const imitatedStamps = {
  category: 'FRAUDULENT_DOCUMENTS',
  places: route(['TRANSIT', 'sanSalvador']),
  information: said(
    {
      headline: 'permisos de salida de menores con un sello imitado',
      description: 'El sello imitado es más ancho y su tinta se corre. Circula en los puestos terrestres.',
    },
    {
      headline: 'exit permits of minors with an imitated stamp',
      description: 'The imitated stamp is wider and its ink runs. It is seen at land posts.',
    },
  ),
};

/** One of each marking that has readers of its own, and what everybody may read. */
export function markings({ day, publish, acknowledge }: Script): Scene {
  const occurred = { from: day(-3) };
  const alert = (agency: string, name: string, handling: Parameters<typeof publish>[3], data: object) =>
    publish(agency, name, 'alert', handling, alertOf({ occurred, ...data }));
  const named = { tlp: 'AMBER_STRICT', audience: 'hn-mp,mx-fgr', ackby: `${day(2)}T00:00:00Z` };
  const strict = alert('gt-mp', 'reclutamiento', named, forcedLabour);
  return {
    title: 'alerts for some and for all / alertas para algunos y para todos',
    acts: [
      alert('pa-senafront', 'cambio-de-ruta', { tlp: 'CLEAR' }, movedPassage),
      alert('mx-fgr', 'ofertas-falsas', { tlp: 'GREEN' }, falseOffers),
      alert('sv-fgr', 'documentos', { tlp: 'AMBER', audience: 'CA4,US' }, imitatedStamps),
      strict,
      acknowledge('mx-fgr', strict, 'ACTING'),
    ],
  };
}

/** An alert that was wrong: one recipient has deleted his copies, one cannot, of one it is due. */
export function recalled({ day, publish, acknowledge }: Script): Scene {
  const alert = publish(
    'sv-pnc',
    'por-retirar',
    'alert',
    { tlp: 'AMBER_STRICT', audience: 'gt-mp,hn-mp,mx-fgr' },
    alertOf({
      category: 'SMUGGLING',
      occurred: { from: day(-2) },
      places: route(['TRANSIT', 'sanSalvador'], ['TRANSIT', 'esquipulas']),
      information: said(
        {
          headline: 'vehículos con placas repetidas en la frontera',
          description: 'Se retira después: las placas eran de dos empresas distintas.',
        },
        {
          headline: 'vehicles with the same plates at the border',
          description: 'Taken back later: the plates were of two different companies.',
        },
      ),
    }),
  );
  const of = addressOfAct(alert);
  return {
    title: 'an alert that is taken back / una alerta que se retira',
    acts: [
      alert,
      acknowledge('gt-mp', alert, 'RECEIVED'),
      acknowledge('mx-fgr', alert, 'SEEN_HERE_TOO'),
      publish('sv-pnc', 'retiro', 'recall', {}, { of, reason: 'INCORRECT' }),
      { does: 'state', as: 'gt-mp/duty', of, statement: { statement: 'DELETED' } },
      {
        does: 'state',
        as: 'mx-fgr/duty',
        of,
        statement: { statement: 'CANNOT', reason: 'EJERCICIO: consta en un expediente judicial' },
      },
    ],
  };
}

/** For eyes that were cleared: it waits until a releaser of its agency signs or returns it. */
export function waiting({ day, publish }: Script): Scene {
  return {
    title: 'a RED alert that waits for its signature / una alerta RED que espera su firma',
    acts: [
      publish(
        'mx-fgr',
        'por-firmar',
        'alert',
        { tlp: 'RED', audience: 'gt-mp,us-doj' },
        alertOf({
          category: 'TRAFFICKING',
          severity: 'EXTREME',
          urgency: 'IMMEDIATE',
          occurred: { from: day(-1) },
          places: route(['TRANSIT', 'tapachula'], ['EXPLOITATION', 'puebla']),
          exploitation: ['SEXUAL_EXPLOITATION'],
          information: said(
            {
              headline: 'traslado previsto para la próxima semana',
              description: 'Espera la firma de una segunda persona.',
            },
            {
              headline: 'transfer expected for next week',
              description: 'It waits for the signature of a second person.',
            },
          ),
        }),
      ),
    ],
  };
}
