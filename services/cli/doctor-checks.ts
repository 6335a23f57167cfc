import { catalogue, kinds, laneCount } from '@puebla/schemas';
import type { Cli } from './cli.ts';
import type { RunningExchange } from './exchange.ts';
import { CliError } from './exit-codes.ts';
import { t } from './language.ts';
import { RefusedRequest, request } from './request.ts';

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do, where it is known. */
  readonly advice?: string;
}

/** Each probe is answered within this, or it counts as failed. */
const probeTimeoutMs = 4_000;

/** Is the process that noted itself still there? */
export function processCheck(running: RunningExchange | undefined, file: string): DoctorCheck[] {
  const name = 'process';
  if (running === undefined) {
    return [
      {
        name,
        ok: false,
        detail: t(`there is no ${file}`, `no hay ${file}`),
        advice: t(
          'start the exchange with npm start, or point PUEBLA_HOME at its home',
          'inicie el intercambio con npm start, o indique su carpeta en PUEBLA_HOME',
        ),
      },
    ];
  }
  const { pid } = running;
  if (isAlive(pid)) return [{ name, ok: true, detail: t(`pid ${pid}`, `proceso ${pid}`) }];
  return [
    {
      name,
      ok: false,
      detail: t(`pid ${pid} has gone without a word`, `el proceso ${pid} se fue sin avisar`),
      advice: t(
        'npm start clears up after it and goes on with its data',
        'npm start limpia lo que dejó y sigue con sus datos',
      ),
    },
  ];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process: there, but not ours to signal.
    return Error.isError(error) && 'code' in error && error.code === 'EPERM';
  }
}

/** Does it live, and is each of its dependencies ready? */
export async function gatewayChecks(cli: Cli, url: URL): Promise<DoctorCheck[]> {
  try {
    await text(cli, new URL('/livez', url));
  } catch (error) {
    return [{ name: 'gateway', ok: false, detail: messageOf(error) }];
  }
  const alive: DoctorCheck = {
    name: 'gateway',
    ok: true,
    detail: t(`answers at ${url.origin}`, `responde en ${url.origin}`),
  };
  return [alive, ...readyLines(await readiness(cli, url))];
}

/** The text of /readyz, which is there in both cases: 200 and 503. */
async function readiness(cli: Cli, url: URL): Promise<string> {
  const response = await fetch(new URL('/readyz', url), { signal: bounded(cli) });
  return response.text();
}

function readyLines(body: string): DoctorCheck[] {
  return body.split('\n').flatMap((line) => {
    const [, state, name, detail] = /^(ok|failed) ([^:]+): (.*)$/.exec(line) ?? [];
    return name === undefined || detail === undefined ? [] : [{ name, ok: state === 'ok', detail }];
  });
}

/** Does the registry answer, and does it know the schema of every kind? */
export async function registryCheck(cli: Cli, address: string): Promise<DoctorCheck[]> {
  const name = 'registry api';
  try {
    const subjects: unknown = JSON.parse(await text(cli, new URL(`${address.replace(/\/$/, '')}/subjects`)));
    const known = Array.isArray(subjects) ? subjects : [];
    const missing = kinds.filter(({ subject }) => !known.includes(subject)).map(({ subject }) => subject);
    if (missing.length === 0)
      return [
        {
          name,
          ok: true,
          detail: t(`${known.length} subjects at ${address}`, `${known.length} esquemas en ${address}`),
        },
      ];
    return [
      {
        name,
        ok: false,
        detail: t(`it does not know ${missing.join(', ')}`, `no conoce ${missing.join(', ')}`),
        advice: t('npm start registers them', 'npm start los registra'),
      },
    ];
  } catch (error) {
    return [{ name, ok: false, detail: messageOf(error) }];
  }
}

/** Does the broker answer, and has every kind its topic and lanes? */
export async function kafkaCheck(address: string): Promise<DoctorCheck[]> {
  const name = 'kafka lanes';
  // The Kafka client takes half a second to load: here alone.
  const { connectKafka } = await import('@puebla/kit');
  const kafka = connectKafka({
    brokers: address.split(','),
    clientId: 'puebla-doctor',
    callTimeoutMs: probeTimeoutMs,
  });
  try {
    const layout = await kafka.layout(catalogue.map(({ topic }) => topic));
    const wrong = catalogue.filter(({ topic }) => layout.topics.get(topic)?.leaders.length !== laneCount);
    if (wrong.length > 0) {
      return [
        {
          name,
          ok: false,
          detail: t(
            `${wrong.map(({ topic }) => topic).join(', ')} has not the ${laneCount} lanes of the contract`,
            `${wrong.map(({ topic }) => topic).join(', ')} no tiene los ${laneCount} carriles del contrato`,
          ),
        },
      ];
    }
    const brokers = layout.brokers.size;
    return [
      {
        name,
        ok: true,
        detail: t(
          `${catalogue.length} topics of ${laneCount} lanes on ${brokers} ${brokers === 1 ? 'broker' : 'brokers'} at ${address}`,
          `${catalogue.length} temas de ${laneCount} carriles en ${brokers} ${brokers === 1 ? 'broker' : 'brokers'} en ${address}`,
        ),
      },
    ];
  } catch (error) {
    return [{ name, ok: false, detail: messageOf(error) }];
  } finally {
    kafka.close();
  }
}

const bounded = (cli: Cli): AbortSignal => AbortSignal.any([cli.signal, AbortSignal.timeout(probeTimeoutMs)]);

async function text(cli: Cli, url: URL): Promise<string> {
  return (await request(cli, url, { signal: bounded(cli) })).text();
}

function messageOf(error: unknown): string {
  if (error instanceof RefusedRequest) return t(`answers ${error.status}`, `responde ${error.status}`);
  if (error instanceof CliError) return error.message;
  return Error.isError(error) && error.name !== 'TimeoutError'
    ? error.message
    : t(`no answer within ${probeTimeoutMs / 1000} s`, `sin respuesta en ${probeTimeoutMs / 1000} s`);
}
