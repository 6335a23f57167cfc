import { request } from 'node:http';
import { alertBodies } from '../exchange.ts';
import { type Result, resultOf } from './report.ts';
import type { Target } from './target.ts';

const rounds = 3;
const lines = 100_000;
const linesAWrite = 500;

/** Events a second of one NDJSON upload of 100,000 lines, from its first byte to the last answer. */
export async function measureBulk(target: Target): Promise<Result[]> {
  const rates: number[] = [];
  // The first is the warm-up.
  for (let round = 0; round <= rounds; round += 1) {
    console.error(round === 0 ? 'bulk: warm-up' : `bulk: round ${round} of ${rounds}`);
    const pieces = piecesOf(`bulk-${round}`);
    const began = performance.now();
    await upload(target, pieces);
    if (round > 0) rates.push((lines * 1_000) / (performance.now() - began));
  }
  return [resultOf('gateway.bulk', 'events/s', rates)];
}

/** Made beforehand: the clock is for the exchange. */
function piecesOf(prefix: string): Buffer[] {
  const bodyOf = alertBodies();
  return Array.from({ length: lines / linesAWrite }, (_, piece) =>
    Buffer.from(
      Array.from(
        { length: linesAWrite },
        (_, line) => `${bodyOf(`${prefix}-${piece * linesAWrite + line}`)}\n`,
      ).join(''),
    ),
  );
}

async function upload(target: Target, pieces: readonly Buffer[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const req = request(`${target.url}/v1/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-ndjson', Authorization: `Bearer ${target.token}` },
  });
  req.on('error', reject).on('response', (res) => {
    let last = '';
    res.setEncoding('utf8').on('error', reject);
    res.on('data', (text: string) => {
      last = (last + text).slice(-200);
    });
    res.on('end', () => resolve(last));
  });
  for (const piece of pieces) {
    if (!req.write(piece)) await new Promise((drained) => req.once('drain', drained));
  }
  req.end();
  const last = await promise;
  if (!last.includes(`{"through":${lines}}`)) throw new Error(`the upload ended with ${last}`);
}
