import { type Check, type Sample, type ServiceName, samplesIn, serviceNames } from '@puebla/kit';

/** Where a service answers; undefined where nobody has said it. */
export type UrlOf = (service: ServiceName) => string | undefined;

/** What the process of a service tells of itself; undefined: not now. */
export interface ProcessReport {
  readonly checks: readonly Check[] | undefined;
  readonly samples: readonly Sample[] | undefined;
}

const silent: ProcessReport = { checks: undefined, samples: undefined };

/** Asks each process once, whatever services it has. Whoever does not answer in time is undefined, and holds back nobody. */
export async function askProcesses(
  urlOf: UrlOf,
  operatorToken: string | undefined,
  withinMs: number,
): Promise<(service: ServiceName) => ProcessReport> {
  const urls = new Set(serviceNames.flatMap((name) => urlOf(name) ?? []));
  const headers = operatorToken === undefined ? {} : { authorization: `Bearer ${operatorToken}` };
  const ask = async (address: string): Promise<string | undefined> => {
    try {
      const answer = await fetch(address, { headers, signal: AbortSignal.timeout(withinMs) });
      return answer.status === 200 || answer.status === 503 ? await answer.text() : undefined;
    } catch {
      return undefined;
    }
  };
  const reports = await Promise.all(
    [...urls].map(async (url): Promise<[string, ProcessReport]> => {
      const [ready, metrics] = await Promise.all([ask(`${url}/readyz`), ask(`${url}/metrics`)]);
      return [
        url,
        { checks: ready && checksIn(ready), samples: metrics && samplesIn(metrics) } as ProcessReport,
      ];
    }),
  );
  const byUrl = new Map(reports);
  return (service) => byUrl.get(urlOf(service) ?? '') ?? silent;
}

/** The lines of `/readyz`, as operators get them. */
function checksIn(text: string): Check[] {
  return text.split('\n').flatMap((line) => {
    const [, state, name, detail = ''] = /^(ok|failed) ([^:]+)(?:: (.*))?$/.exec(line) ?? [];
    return name === undefined ? [] : [{ name, ok: state === 'ok', detail }];
  });
}

/** The sum of the series with that name and these labels. */
export function sumOf(
  samples: readonly Sample[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  return samples
    .filter(
      (one) => one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
    )
    .reduce((sum, { value }) => sum + value, 0);
}
