import { type Act, addressOfAct, type Publication, type Scene, type Script } from './act.ts';
import { alertOf, route, said } from './alert.ts';

const fromHonduras = {
  places: route(['RECRUITMENT', 'sanPedroSula'], ['TRANSIT', 'aguaCaliente']),
  people: { atLeast: 30, atMost: 50 },
  information: said(
    {
      headline: 'grupos salen de noche en autobuses sin rótulo',
      description:
        'Los grupos se reúnen en la terminal y cruzan por Agua Caliente antes del amanecer. Se cobra por tramos.',
      instruction: 'Compare los horarios con los de su puesto fronterizo.',
    },
    {
      headline: 'groups leave by night in buses without a sign',
      description:
        'The groups meet at the terminal and cross at Agua Caliente before dawn. They are charged leg by leg.',
      instruction: 'Compare the hours with those of your border post.',
    },
  ),
};

const fromGuatemala = {
  places: route(['TRANSIT', 'esquipulas'], ['TRANSIT', 'tecunUman']),
  information: said(
    {
      headline: 'los mismos autobuses cruzan el país en una noche',
      description: 'De Esquipulas a Tecún Umán, con dos cambios de vehículo. El río se cruza en balsas.',
    },
    {
      headline: 'the same buses cross the country in one night',
      description:
        'From Esquipulas to Tecún Umán, with two changes of vehicle. The river is crossed on rafts.',
    },
  ),
};

const fromMexico = {
  transport: ['ROAD', 'RAIL'],
  places: route(['TRANSIT', 'tapachula'], ['TRANSIT', 'puebla'], ['TRANSIT', 'reynosa']),
  information: said(
    {
      headline: 'camiones de carga llevan a los grupos hacia el norte',
      description:
        'Salen de Tapachula, descansan en bodegas cerca de Puebla y llegan a Reynosa en tres días.',
    },
    {
      headline: 'freight lorries carry the groups north',
      description:
        'They leave from Tapachula, rest in warehouses near Puebla and reach Reynosa in three days.',
    },
  ),
};

const fromUnitedStates = {
  severity: 'EXTREME',
  urgency: 'IMMEDIATE',
  places: route(['INCIDENT', 'mcAllen'], ['TRANSIT', 'houston']),
  people: { atLeast: 20, atMost: 30 },
  information: said(
    {
      headline: 'un grupo fue hallado en una caja de tráiler sin ventilación',
      description:
        'Cerca de McAllen. Todas las personas están a salvo; varias viajaban desde San Pedro Sula.',
      instruction: 'Revise las cajas refrigeradas que circulan vacías.',
    },
    {
      headline: 'a group was found in a trailer without ventilation',
      description: 'Near McAllen. Everybody is safe; several had travelled from San Pedro Sula.',
      instruction: 'Check refrigerated trailers that travel empty.',
    },
  ),
};

const fromHondurasLater = {
  severity: 'EXTREME',
  places: route(['RECRUITMENT', 'sanPedroSula'], ['TRANSIT', 'aguaCaliente'], ['TRANSIT', 'esquipulas']),
  people: { atLeast: 50, atMost: 80 },
  information: said(
    {
      headline: 'los grupos crecen y salen ahora dos veces por noche',
      description:
        'Los grupos se reúnen en la terminal y cruzan por Agua Caliente a medianoche y antes del amanecer.',
      instruction: 'Compare los horarios con los de su puesto fronterizo.',
    },
    {
      headline: 'the groups grow and now leave twice a night',
      description: 'The groups meet at the terminal and cross at Agua Caliente at midnight and before dawn.',
      instruction: 'Compare the hours with those of your border post.',
    },
  ),
};

/** A smuggling route over four countries, told by an agency of each; the first is updated, and acknowledged. */
export function smugglingRoute(script: Script): Scene {
  const { day, publish } = script;
  const members = { tlp: 'AMBER', audience: 'MEMBERS' };
  const common = alertOf({
    category: 'SMUGGLING',
    severity: 'SEVERE',
    occurred: { from: day(-6), to: day(-1) },
    transport: ['ROAD', 'ON_FOOT'],
    groups: ['IRREGULAR_MIGRANTS', 'ADOLESCENTS'],
  });
  const first = publish('hn-inm', 'salida-hn', 'alert', members, { ...common, ...fromHonduras });
  const asked = { ...members, ackby: `${day(3)}T00:00:00Z` };
  const update = publish('hn-inm', 'salida-hn-2', 'alert', asked, {
    ...common,
    ...fromHondurasLater,
    messageType: 'UPDATE',
    references: [addressOfAct(first)],
  });
  return {
    title: 'a smuggling route over four countries / una ruta de tráfico por cuatro países',
    acts: [
      first,
      publish('gt-igm', 'ruta-gt', 'alert', members, { ...common, ...fromGuatemala }),
      publish('mx-inm', 'ruta-mx', 'alert', members, { ...common, ...fromMexico }),
      publish('us-dhs', 'ruta-us', 'alert', members, { ...common, ...fromUnitedStates }),
      update,
      ...answersTo(update, script),
    ],
  };
}

function answersTo(update: Publication, { acknowledge }: Script): Act[] {
  const es = (text: string) => ({ language: 'es', text: `EJERCICIO: ${text}` });
  const en = (text: string) => ({ language: 'en', text: `EXERCISE: ${text}` });
  return [
    acknowledge('gt-igm', update, 'SEEN_HERE_TOO', es('los mismos horarios en Esquipulas desde el lunes.')),
    acknowledge('mx-inm', update, 'ACTING', es('se refuerza la revisión de noche en Tapachula.')),
    acknowledge('us-dhs', update, 'RECEIVED', en('passed on to the posts of the lower valley.')),
    acknowledge('sv-dgme', update, 'NEED_MORE', es('¿se conocen las empresas de los autobuses?')),
  ];
}
