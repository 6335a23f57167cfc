import { expect, test } from '@jest/globals';
import { catalogue } from '@puebla/schemas';
import { createMetrics } from './metrics.ts';
import { problems } from './problem.ts';

const line =
  /^(|#.*|[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-z_A-Z0-9]+="[^"\n]*"(,[a-z_A-Z0-9]+="[^"\n]*")*\})? (Nan|NaN|[+-]?Inf|[-+0-9.e]+))$/;

test('the exposition has every reason and kind from the start, so that a rate has a beginning', async () => {
  const { contentType, text } = await createMetrics().exposition();
  expect(contentType).toContain('text/plain');
  for (const code of Object.keys(problems))
    expect(text).toContain(`puebla_refused_total{reason="${code}"} 0`);
  for (const { name } of catalogue) expect(text).toContain(`puebla_published_total{kind="${name}"} 0`);
  for (const reason of ['slow', 'token', 'shutdown'])
    expect(text).toContain(`puebla_evictions_total{reason="${reason}"} 0`);
  const wrong = text
    .trim()
    .split('\n')
    .filter((one) => !line.test(one));
  expect(wrong).toEqual([]);
});

test('names are in base units, counters end in total, everything has its help', async () => {
  const { text } = await createMetrics().exposition();
  const types = [...text.matchAll(/^# TYPE (puebla_\S+) (\S+)$/gm)].map(([, name = '', type]) => ({
    name,
    type,
  }));
  expect(types.length).toBeGreaterThan(10);
  for (const { name, type } of types) {
    expect(text).toContain(`# HELP ${name} `);
    expect([name, name.endsWith('_total')]).toEqual([name, type === 'counter']);
    if (type === 'histogram') expect(name).toMatch(/_(seconds|records|bytes)$/);
    expect(name).not.toMatch(/_(ms|milliseconds|kb|mb)(_|$)/);
  }
});

test('two exchanges in one process count apart', async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.refused.inc({ reason: 'invalid' }, 3);
  expect((await one.exposition()).text).toContain('puebla_refused_total{reason="invalid"} 3');
  expect((await two.exposition()).text).toContain('puebla_refused_total{reason="invalid"} 0');
});
