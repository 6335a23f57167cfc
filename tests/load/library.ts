import { type Result, resultOf } from './report.ts';

const rounds = 3;

interface Progress {
  readonly done?: boolean;
  readonly applied?: number;
}

/** Events a second that the library applies: it is emptied and filled again from the log, with everything else running. */
export async function measureLibrary(url: string, token: string): Promise<Result[]> {
  const rates: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    console.error(`library: round ${round} of ${rounds}`);
    const began = performance.now();
    const response = await fetch(`${url}/v1/library/rebuild`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, Accept: 'application/x-ndjson' },
    });
    const lines = (await response.text()).trim().split('\n');
    const last = JSON.parse(lines.at(-1) ?? '{}') as Progress;
    if (last.done !== true || last.applied === undefined)
      throw new Error(`the rebuild ended with ${lines.at(-1)}`);
    rates.push((last.applied * 1_000) / (performance.now() - began));
  }
  return [resultOf('library.apply', 'events/s', rates)];
}
