/**
 * What the contract costs each event, on one core: `npm run bench -w schemas`. The yardstick is `JSON.parse` of the same event in the same
 * run, so that tables of different machines can be compared.
 */
import { filterKey, kinds, matches, parseFilter, validateEvent } from './index.ts';

const rounds = 100_000;
/** What the gateway counts on for the example alert. */
const wantedPerSecond = 100_000;

/** By processor time, the best of five: what the code costs, not what else the machine did. */
function perSecond(run: () => unknown): number {
  let best = 0;
  for (let attempt = 0; attempt < 5; attempt++) {
    const start = process.cpuUsage();
    for (let i = 0; i < rounds; i++) run();
    const { user, system } = process.cpuUsage(start);
    best = Math.max(best, rounds / ((user + system) / 1_000_000));
  }
  return Math.round(best);
}

const parsed = parseFilter(new URLSearchParams('country=GT,MX&leg=TRANSIT&severity=SEVERE&from=2026-01-01'));
if (!parsed.ok) throw new Error('the filter of the bench is wrong');
const { filter } = parsed;

const table = kinds.map((kind) => {
  const json = JSON.stringify(kind.example);
  const checked = validateEvent(kind.example);
  if (!checked.ok) throw new Error(`the example of ${kind.name} is wrong`);
  const { data } = checked.event;
  const body = kind.type.toBuffer(data);
  const facets = kind.facets(data);
  const event = { kind: kind.name, agency: 'mx-fgr', participant: 'MX', accepted: 0 };
  return {
    kind: kind.name,
    'JSON bytes': json.length,
    'Avro bytes': body.length,
    'JSON.parse/s': perSecond(() => JSON.parse(json)),
    'validateEvent/s': perSecond(() => validateEvent(kind.example)),
    'encode/s': perSecond(() => kind.type.toBuffer(data)),
    'decode/s': perSecond(() => kind.type.fromBuffer(body)),
    'facets/s': perSecond(() => kind.facets(data)),
    'matches/s': perSecond(() => matches(filter, event, facets)),
  };
});

console.table(table);
console.log(`filterKey/s ${perSecond(() => filterKey(filter))}`);
const reached = table.find((row) => row.kind === 'alert')?.['validateEvent/s'] ?? 0;
console.log(
  `validateEvent of an alert: ${reached}/s, wanted ${wantedPerSecond}/s: ${reached >= wantedPerSecond ? 'met' : 'missed'}`,
);
