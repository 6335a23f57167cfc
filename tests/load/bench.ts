/**
 * `npm run bench`: single POSTs beside the bare floor on the same broker in the same run: to a whole exchange, everything
 * switched on, and to the gateway alone. Prints a table; `--json FILE` writes `{"results": [{name, value, unit, spread}]}`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startChildExchange } from '../child-exchange.ts';
import { measurePosts } from './posts.ts';
import { printResults, type Result, writeResults } from './report.ts';
import { startServer } from './server.ts';

const agency = 'mx-fgr';

const { values } = parseArgs({
  options: { json: { type: 'string' }, seconds: { type: 'string', default: '5' } },
});
const seconds = Number(values.seconds);
const exchange = await startChildExchange({ LOG_LEVEL: 'error' });
try {
  const results = await measure();
  printResults(results);
  if (values.json !== undefined) writeResults(values.json, results);
} finally {
  await exchange.close();
}

async function measure(): Promise<Result[]> {
  const { addresses } = JSON.parse(readFileSync(join(exchange.home, 'run', 'exchange.json'), 'utf8'));
  const token = await exchange.token(agency);
  const floor = { name: 'floor', ...(await startServer('floor.ts', [addresses.kafka, 'floor'])) };
  try {
    const gateway = { name: 'gateway', port: Number(new URL(exchange.url).port) };
    const whole = await measurePosts({
      floor,
      target: gateway,
      connectionCounts: [1, 32, 128],
      seconds,
      token,
    });
    // Its servers go on without it.
    await exchange.killNode();
    const alone = {
      name: 'alone',
      ...(await startServer('alone.ts', [addresses.kafka, addresses.registry, exchange.home])),
    };
    const single = await measurePosts({ floor, target: alone, connectionCounts: [128], seconds, token });
    alone.stop();
    return [...whole, ...single.filter(({ name }) => name.startsWith(alone.name))];
  } finally {
    floor.stop();
  }
}
