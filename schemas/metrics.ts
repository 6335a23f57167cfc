/**
 * Every metric of the exchange, its labels and its meaning: the one list, from which the services register them, the table in
 * `README.md` is made, and rules and dashboards are checked. Base units; labels from fixed sets alone, ids never.
 */

/** From which set a label has its values. */
export const labelSets = {
  kind: { es: 'tipo de evento', en: 'kind of event' },
  participant: {
    es: 'participante; de un carril, aquel de quien es',
    en: 'participant; of a lane, whose it is',
  },
  topic: { es: 'tema de Kafka', en: 'topic of Kafka' },
  follower: { es: 'servicio que sigue el registro', en: 'service that follows the log' },
  problem: { es: 'código de la negativa', en: 'code of the refusal' },
  eviction: { es: 'por qué terminó el flujo', en: 'why the stream was ended' },
  act: { es: 'acto de la auditoría', en: 'act of the audit' },
  part: { es: 'parte del intercambio', en: 'part of the exchange' },
  version: { es: 'versión de la parte', en: 'version of the part' },
  runtime: { es: 'de Node.js mismo', en: "Node.js's own" },
} as const;
export type LabelSet = keyof typeof labelSets;

/** Who has it: a service, or every process. */
type Owner = 'gateway' | 'feeds' | 'library' | 'monitor' | 'all' | 'runtime';

interface Metric {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly of: readonly Owner[];
  readonly labels: Readonly<Record<string, LabelSet>>;
  /** Upper ends, of a histogram. */
  readonly buckets?: readonly number[];
  readonly meaning: { readonly es: string; readonly en: string };
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const lane = { service: 'follower', topic: 'topic', participant: 'participant' } as const;

/** By the name under which the code has them; those that Node.js itself tells (`runtime`) it never touches. */
export const metricList = {
  published: {
    name: 'puebla_published_total',
    type: 'counter',
    of: ['gateway'],
    labels: { kind: 'kind', participant: 'participant' },
    meaning: {
      es: 'Eventos respondidos con 201, también los reintentos de uno ya guardado',
      en: 'Events answered 201, retries of a kept one included',
    },
  },
  refused: {
    name: 'puebla_refused_total',
    type: 'counter',
    of: ['all'],
    labels: { reason: 'problem' },
    meaning: {
      es: 'Solicitudes o eventos respondidos con un problema, por su código',
      en: 'Requests or events answered with a problem, by its code',
    },
  },
  produceSeconds: {
    name: 'puebla_produce_seconds',
    type: 'histogram',
    of: ['gateway'],
    labels: {},
    buckets: seconds,
    meaning: {
      es: 'Tiempo desde la entrega de un lote al productor hasta la respuesta del broker',
      en: 'Time from handing a batch to the producer to the answer of the broker',
    },
  },
  produceBatch: {
    name: 'puebla_produce_batch_records',
    type: 'histogram',
    of: ['gateway'],
    labels: {},
    buckets: [1, 2, 5, 10, 50, 100, 500, 1000, 5000],
    meaning: {
      es: 'Registros en un lote enviado al broker',
      en: 'Records in one batch sent to the broker',
    },
  },
  openOutcomes: {
    name: 'puebla_open_outcomes_total',
    type: 'counter',
    of: ['gateway'],
    labels: {},
    meaning: {
      es: 'Lotes cuyo resultado hubo que buscar en el carril',
      en: 'Batches whose outcome had to be looked up in the lane',
    },
  },
  identities: {
    name: 'puebla_identities',
    type: 'gauge',
    of: ['gateway'],
    labels: {},
    meaning: {
      es: 'Identidades de las últimas 24 horas que tiene la entrada',
      en: 'Identities of the last 24 hours that the gateway holds',
    },
  },
  recallsOverdue: {
    name: 'puebla_recalls_overdue',
    type: 'gauge',
    of: ['gateway'],
    labels: { participant: 'participant' },
    meaning: {
      es: 'Declaraciones sobre eventos retirados que el participante debe y cuyo plazo pasó',
      en: 'Statements about events that were taken back, overdue of the participant',
    },
  },
  endToEndSeconds: {
    name: 'puebla_end_to_end_seconds',
    type: 'histogram',
    of: ['feeds'],
    labels: {},
    buckets: seconds,
    meaning: {
      es: 'Tiempo desde que el broker guardó un evento hasta que se escribió a los suscriptores',
      en: 'Time from the append in the broker to the write to subscribers',
    },
  },
  subscribers: {
    name: 'puebla_subscribers',
    type: 'gauge',
    of: ['feeds'],
    labels: {},
    meaning: { es: 'Flujos abiertos', en: 'Open streams' },
  },
  evictions: {
    name: 'puebla_evictions_total',
    type: 'counter',
    of: ['feeds'],
    labels: { reason: 'eviction' },
    meaning: { es: 'Flujos terminados por el intercambio', en: 'Streams ended by the exchange' },
  },
  letters: {
    name: 'puebla_dead_letters',
    type: 'gauge',
    of: ['feeds'],
    labels: {},
    meaning: {
      es: 'Lugares con carta muerta que los flujos pasan por alto',
      en: 'Places with a dead letter that the feeds pass over',
    },
  },
  lagRecords: {
    name: 'puebla_lag_records',
    type: 'gauge',
    of: ['feeds', 'library'],
    labels: lane,
    meaning: {
      es: 'Registros del carril que el servicio aún no ha tratado',
      en: 'Records of the lane that the service has not handled yet',
    },
  },
  position: {
    name: 'puebla_position_records',
    type: 'gauge',
    of: ['feeds', 'library'],
    labels: lane,
    meaning: {
      es: 'Hasta qué registro del carril ha llegado el servicio',
      en: 'Up to which record of the lane the service has come',
    },
  },
  poison: {
    name: 'puebla_poison_total',
    type: 'counter',
    of: ['feeds', 'library'],
    labels: { service: 'follower', topic: 'topic' },
    meaning: {
      es: 'Registros que no se pudieron decodificar o aplicar',
      en: 'Records that could not be decoded or applied',
    },
  },
  applied: {
    name: 'puebla_library_applied_total',
    type: 'counter',
    of: ['library'],
    labels: { kind: 'kind' },
    meaning: { es: 'Registros aplicados a la biblioteca', en: 'Records applied to the library' },
  },
  applySeconds: {
    name: 'puebla_library_apply_seconds',
    type: 'histogram',
    of: ['library'],
    labels: {},
    buckets: seconds,
    meaning: {
      es: 'Tiempo de una transacción de la biblioteca',
      en: 'Time of one transaction of the library',
    },
  },
  applyBatch: {
    name: 'puebla_library_apply_records',
    type: 'histogram',
    of: ['library'],
    labels: {},
    buckets: [1, 10, 100, 500, 1000, 2500, 5000],
    meaning: {
      es: 'Registros en una transacción de la biblioteca',
      en: 'Records in one transaction of the library',
    },
  },
  acknowledgementsOverdue: {
    name: 'puebla_acknowledgements_overdue',
    type: 'gauge',
    of: ['library'],
    labels: { participant: 'participant' },
    meaning: {
      es: 'Acuses que el participante debe y cuyo plazo pasó',
      en: 'Acknowledgements overdue of the participant',
    },
  },
  audited: {
    name: 'puebla_audit_written_total',
    type: 'counter',
    of: ['all'],
    labels: { what: 'act' },
    meaning: {
      es: 'Entradas de la auditoría que están en el registro',
      en: 'Entries of the audit that are in the log',
    },
  },
  auditLost: {
    name: 'puebla_audit_lost_total',
    type: 'counter',
    of: ['all'],
    labels: { what: 'act' },
    meaning: {
      es: 'Entradas de la auditoría que no se pudieron tomar o escribir',
      en: 'Entries of the audit that could not be taken or written',
    },
  },
  auditWaiting: {
    name: 'puebla_audit_waiting',
    type: 'gauge',
    of: ['all'],
    labels: {},
    meaning: {
      es: 'Entradas de la auditoría que esperaban tras el último intento de escribir',
      en: 'Entries of the audit that waited after the last attempt to write some',
    },
  },
  build: {
    name: 'puebla_build_info',
    type: 'gauge',
    of: ['all'],
    labels: { version: 'version' },
    meaning: { es: 'Versión del intercambio; siempre 1', en: 'Version of the exchange; always 1' },
  },
  silence: {
    name: 'puebla_silence_seconds',
    type: 'gauge',
    of: ['monitor'],
    labels: { participant: 'participant' },
    meaning: {
      es: 'Tiempo desde el último evento del participante; 0 si no se le ha oído en 90 días',
      en: 'Time since the last event of the participant; 0 when it was not heard in 90 days',
    },
  },
  habit: {
    name: 'puebla_habit_seconds',
    type: 'gauge',
    of: ['monitor'],
    labels: { participant: 'participant' },
    meaning: {
      es: 'Cuánto suele callar el participante (percentil 95, o puesto a mano); 0 si aún no se juzga',
      en: 'How long the participant usually stays silent (95th percentile, or set by hand); 0 when it is not judged yet',
    },
  },
  silent: {
    name: 'puebla_silent',
    type: 'gauge',
    of: ['monitor'],
    labels: { participant: 'participant' },
    meaning: {
      es: '1 si el participante calla más de lo que suele y no ha declarado una interrupción',
      en: '1 when the participant is silent for longer than it usually is and has declared no outage',
    },
  },
  lagSeconds: {
    name: 'puebla_lag_seconds',
    type: 'gauge',
    of: ['monitor'],
    labels: { service: 'follower', participant: 'participant' },
    meaning: {
      es: 'Edad del registro más antiguo de los carriles del participante que el servicio no ha tratado',
      en: "Age of the oldest record in the participant's lanes that the service has not handled",
    },
  },
  deadOpen: {
    name: 'puebla_dead_letters_open',
    type: 'gauge',
    of: ['monitor'],
    labels: { kind: 'kind' },
    meaning: { es: 'Cartas muertas por resolver', en: 'Dead letters that wait to be settled' },
  },
  deadOldest: {
    name: 'puebla_dead_letter_oldest_seconds',
    type: 'gauge',
    of: ['monitor'],
    labels: { kind: 'kind' },
    meaning: {
      es: 'Edad de la carta muerta más antigua por resolver; 0 si no hay',
      en: 'Age of the oldest dead letter that waits to be settled; 0 when there is none',
    },
  },
  partUp: {
    name: 'puebla_part_up',
    type: 'gauge',
    of: ['monitor'],
    labels: { part: 'part' },
    meaning: {
      es: '1 si la parte respondió que está bien cuando se le preguntó por última vez',
      en: '1 when the part answered that it is well when it was last asked',
    },
  },
  cpu: {
    name: 'process_cpu_seconds_total',
    type: 'counter',
    of: ['runtime'],
    labels: {},
    meaning: { es: 'Tiempo de procesador del proceso', en: 'Processor time of the process' },
  },
  memory: {
    name: 'process_resident_memory_bytes',
    type: 'gauge',
    of: ['runtime'],
    labels: {},
    meaning: { es: 'Memoria del proceso', en: 'Memory of the process' },
  },
  started: {
    name: 'process_start_time_seconds',
    type: 'gauge',
    of: ['runtime'],
    labels: {},
    meaning: { es: 'Cuándo comenzó el proceso', en: 'When the process began' },
  },
  openFiles: {
    name: 'process_open_fds',
    type: 'gauge',
    of: ['runtime'],
    labels: {},
    meaning: { es: 'Archivos y conexiones abiertos', en: 'Open files and connections' },
  },
  heap: {
    name: 'nodejs_heap_size_used_bytes',
    type: 'gauge',
    of: ['runtime'],
    labels: {},
    meaning: { es: 'Memoria en uso del montículo', en: 'Memory of the heap in use' },
  },
  loopDelay: {
    name: 'nodejs_eventloop_lag_p99_seconds',
    type: 'gauge',
    of: ['runtime'],
    labels: {},
    meaning: {
      es: 'Retraso del bucle de eventos, percentil 99',
      en: 'Delay of the event loop, 99th percentile',
    },
  },
  node: {
    name: 'nodejs_version_info',
    type: 'gauge',
    of: ['runtime'],
    labels: { version: 'runtime', major: 'runtime', minor: 'runtime', patch: 'runtime' },
    meaning: { es: 'Versión de Node.js; siempre 1', en: 'Version of Node.js; always 1' },
  },
} as const satisfies Readonly<Record<string, Metric>>;

/** The same for whoever walks through it. */
export const metricEntries: readonly Metric[] = Object.values(metricList);

export type MetricKey = keyof typeof metricList;
