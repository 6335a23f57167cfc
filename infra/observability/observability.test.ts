import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMetrics } from '@puebla/kit';
import { metricEntries } from '@puebla/schemas';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { promtool } from './debian-prometheus.ts';
import { type Dashboard, expressionsOf, readDashboard, readRules, unknownIn } from './expressions.ts';

/** Rules, runbooks, dashboards and metrics say the same. */

const here = import.meta.dirname;
const dashboards = readdirSync(join(here, 'grafana/dashboards'));
const rules = readRules();
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));

describe('promtool', () => {
  const passes = async (args: readonly string[], input = ''): Promise<void> => {
    const { code, output } = await promtool(args, { cwd: here, input });
    expect([code, output]).toEqual([0, expect.any(String)]);
  };

  test('finds nothing wrong with what is exposed', async () => {
    await passes(['check', 'metrics'], (await createMetrics().exposition()).text);
    const { code } = await promtool(['check', 'metrics'], { input: '# TYPE a_total gauge\na_total 1\n' });
    expect(code).not.toBe(0);
  });
  test('takes the settings and the rules, and each fires and clears as its case says', async () => {
    await passes(['check', 'config', '--syntax-only', 'prometheus.yml']);
    await passes(['check', 'rules', 'rules.yml']);
    await passes(['test', 'rules', 'rules.test.yml']);
  });
});

test('every rule has a case', () => {
  const { tests } = parse(readFileSync(join(here, 'rules.test.yml'), 'utf8')) as {
    tests: {
      alert_rule_test?: { alertname: string; exp_alerts: unknown[] }[];
      promql_expr_test?: { expr: string }[];
    }[];
  };
  const fired = tests.flatMap(({ alert_rule_test = [] }) =>
    alert_rule_test.flatMap(({ alertname, exp_alerts }) => (exp_alerts.length > 0 ? [alertname] : [])),
  );
  expect(new Set(fired)).toEqual(new Set(alerts.map(({ alert }) => alert)));
  const asked = tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test.map(({ expr }) => expr));
  const recorded = rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));
  // The one that is not asked for itself is what an alert goes by.
  expect(recorded.filter((name) => !asked.includes(name))).toEqual(['puebla:end_to_end_seconds:p99']);
});

test('every alert says what it is in two languages, how urgent, and has its page', () => {
  const pages = [...readFileSync(join(here, 'runbooks.md'), 'utf8').matchAll(/^## (\w+)$/gm)].map(
    ([, name]) => name,
  );
  expect(pages.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  for (const { alert, annotations, labels } of alerts) {
    const runbook_url = `{{ $externalLabels.exchange }}/operations/runbooks/${alert}`;
    expect(annotations).toEqual({ summary: expect.any(String), resumen: expect.any(String), runbook_url });
    expect(['page', 'ticket']).toContain(labels.severity);
  }
});

describe('names', () => {
  const recorded = rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));

  test.each(rules.map((rule) => rule.expr))('of rule %s are in the list', (expression) => {
    expect(unknownIn(expression, recorded)).toEqual([]);
  });
  test.each(dashboards)('of dashboard %s are in the list', (file) => {
    const expressions = expressionsOf(readDashboard(file));
    expect(expressions.length).toBeGreaterThan(4);
    for (const expression of expressions)
      expect([expression, unknownIn(expression, recorded)]).toEqual([expression, []]);
  });
  test('that are not in the list are found', () => {
    expect(unknownIn('sum(rate(puebla_publishd_total[5m]))', [])).toEqual(['puebla_publishd_total']);
    expect(unknownIn('sum(puebla_refused_total{reason="interior"})', [])).toEqual(['interior']);
    expect(unknownIn('puebla_silent{country="HN"}', [])).toEqual(['country']);
    expect(unknownIn('max by (country) (puebla_silent)', [])).toEqual(['country']);
    expect(unknownIn('puebla_produce_seconds_bucket', [])).toEqual([]);
    expect(unknownIn('puebla_identities_bucket', [])).toEqual(['puebla_identities_bucket']);
    expect(unknownIn('puebla:made:up', [])).toEqual(['puebla:made:up']);
  });
  test('of each metric of ours are looked at somewhere', () => {
    const all = [
      ...rules.map(({ expr }) => expr),
      ...dashboards.flatMap((file) => expressionsOf(readDashboard(file))),
    ].join(' ');
    const unseen = metricEntries.filter(({ name, of }) => !of.includes('runtime') && !all.includes(name));
    expect(unseen.map(({ name }) => name)).toEqual([
      'puebla_produce_batch_records',
      'puebla_library_apply_records',
      'puebla_build_info',
    ]);
  });
});

describe.each(dashboards)('dashboard %s', (file) => {
  const dashboard: Dashboard = readDashboard(file);

  test('can be provisioned as it is', () => {
    const { apiVersion, datasources } = parse(readFileSync(join(here, 'grafana/datasource.yml'), 'utf8'));
    expect([apiVersion, datasources[0].uid]).toEqual([1, 'puebla']);
    expect(dashboard.uid).toBe(`puebla-${file.replace('.json', '')}`);
    const used = [...JSON.stringify(dashboard).matchAll(/"uid":"([^"]+)"/g)].map(([, uid]) => uid);
    expect(new Set(used)).toEqual(new Set([dashboard.uid, 'puebla']));
  });
  test('has panels with ids of their own, in Spanish and English, that do not overlap', () => {
    const { panels } = dashboard;
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const { title } of panels) expect(title).toMatch(/^\S.+ \/ .+\S$/);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)} ${y + Math.floor(cell / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
  });
  test('uses the variables that it has', () => {
    const names = dashboard.templating.list.map(({ name }) => name);
    const used = expressionsOf(dashboard).flatMap((expression) =>
      [...expression.matchAll(/\$(\w+)/g)].map(([, name]) => name),
    );
    expect(new Set(used)).toEqual(new Set(names));
  });
});
