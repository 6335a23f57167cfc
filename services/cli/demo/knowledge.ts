import { addressOfAct, type Scene, type Script } from './act.ts';

/** A practice in both languages. */
export function practice({ publish }: Script): Scene {
  return {
    title: 'a practice in Spanish and English / una práctica en español e inglés',
    acts: [
      publish(
        'cr-pani',
        'practica-espacios',
        'practice',
        { tlp: 'CLEAR' },
        {
          theme: 'CHILDREN',
          information: [
            {
              language: 'es',
              title: 'EJERCICIO: espacios para niñas y niños en los puestos fronterizos',
              summary:
                'Una sala aparte, con personal de infancia, en la que nadie pregunta por el viaje hasta que hay confianza.',
              body: 'Práctica inventada para un ejercicio. La sala tiene juegos, agua y una persona que habla la lengua de la familia. La entrevista la hace una sola institución y las demás leen su nota.',
              results: 'Las remisiones a protección se hacen el mismo día.',
              lessons: 'La sala debe abrir también de noche.',
            },
            {
              language: 'en',
              title: 'EXERCISE: rooms for children at border posts',
              summary:
                'A room apart, with child-care staff, in which nobody asks about the journey until there is trust.',
              body: 'A practice invented for an exercise. The room has games, water and somebody who speaks the language of the family. One institution holds the interview and the others read its note.',
              results: 'Referrals to protection are made on the same day.',
              lessons: 'The room must be open by night too.',
            },
          ],
          appliedIn: ['CR', 'PA'],
          period: { from: '2024-02-01' },
          groups: ['CHILDREN', 'UNACCOMPANIED_CHILDREN'],
          evidence: 'MONITORED',
          outcome: 'WORKED',
          links: [{ url: 'https://example.org/guia', title: 'Guía de ejercicio', language: 'es' }],
          contact: { office: 'Dirección de cooperación', email: 'cooperacion@example.org' },
          tags: ['infancia', 'frontera'],
          source: { origin: 'OBSERVED' },
        },
      ),
    ],
  };
}

/** One in the coming week at a place, one online. */
export function trainings({ day, publish }: Script): Scene {
  const contact = { office: 'Oficina de capacitación', email: 'capacitacion@example.org' };
  return {
    title: 'trainings, one of them next week / capacitaciones, una de ellas la próxima semana',
    acts: [
      publish(
        'iom-regional',
        'taller',
        'training',
        { tlp: 'CLEAR' },
        {
          status: 'EXERCISE',
          state: 'ANNOUNCED',
          theme: 'VICTIM_IDENTIFICATION_AND_PROTECTION',
          information: [
            {
              language: 'es',
              title: 'EJERCICIO: taller de identificación de víctimas en puestos fronterizos',
              description: 'Dos días en el puesto. Traiga la guía de entrevistas de su institución.',
            },
            {
              language: 'en',
              title: 'EXERCISE: workshop on identifying victims at border posts',
              description: 'Two days at the post. Bring the interview guide of your agency.',
            },
          ],
          sessions: [{ days: { from: day(7), to: day(8) } }],
          modality: 'IN_PERSON',
          places: [{ country: 'GT', locality: 'Ciudad de Guatemala', venue: 'Sala de ejercicios' }],
          languages: ['es'],
          seats: 40,
          organizers: [{ participant: 'IOM' }, { participant: 'GT' }],
          openTo: { statuses: ['MEMBER', 'CIVIL_SOCIETY'] },
          registrationUntil: day(5),
          links: [{ url: 'https://example.org/taller', title: 'Programa e inscripción', language: 'es' }],
          contact,
        },
      ),
      publish(
        'segib-secretariat',
        'curso-en-linea',
        'training',
        { tlp: 'GREEN' },
        {
          status: 'EXERCISE',
          state: 'ANNOUNCED',
          theme: 'LABOUR_MIGRATION_SCHEMES',
          information: [
            { language: 'es', title: 'EJERCICIO: curso en línea sobre contratación equitativa' },
            { language: 'en', title: 'EXERCISE: online course on fair recruitment' },
          ],
          sessions: [10, 17].map((later) => ({
            start: `${day(later)}T10:00:00-05:00`,
            end: `${day(later)}T12:00:00-05:00`,
          })),
          zone: 'America/Bogota',
          modality: 'ONLINE',
          languages: ['es', 'en'],
          organizers: [{ participant: 'SEGIB' }],
          contact,
        },
      ),
    ],
  };
}

/** Recommended to the members, then adopted for all: each signed by a second person. */
export function decision({ day, publish }: Script): Scene {
  const [agency, releaser] = ['ts-office', 'ts-office/releaser'];
  const data = {
    status: 'EXERCISE',
    document: 'DECISION',
    meeting: {
      number: 99,
      country: 'PA',
      locality: 'Ciudad de Panamá',
      dates: { from: day(-9), to: day(-8) },
    },
    number: 3,
    information: [
      {
        language: 'es',
        title: 'EJERCICIO: guía común de entrevistas',
        text: 'Decisión inventada para un ejercicio. Los países miembros usan una misma guía de entrevistas en los puestos fronterizos, e informan de su uso.',
      },
      {
        language: 'en',
        title: 'EXERCISE: a common interview guide',
        text: 'A decision invented for an exercise. The member countries use one interview guide at border posts, and report on its use.',
      },
    ],
    responsible: ['GT', 'MX', 'IOM'],
    due: day(90),
  };
  const members = { tlp: 'AMBER', audience: 'MEMBERS' };
  const recommended = publish(
    agency,
    'decision-recomendada',
    'decision',
    members,
    { ...data, step: 'RECOMMENDED' },
    releaser,
  );
  const adopted = publish(
    agency,
    'decision-adoptada',
    'decision',
    { tlp: 'CLEAR' },
    { ...data, step: 'ADOPTED', references: [addressOfAct(recommended)] },
    releaser,
  );
  return {
    title: 'a decision, recommended and adopted / una decisión, recomendada y adoptada',
    acts: [recommended, adopted],
  };
}
