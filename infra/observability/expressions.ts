/** What rules and dashboards ask Prometheus, and whether there is what they ask for; for tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labelValues } from '@puebla/kit';
import { type LabelSet, metricEntries } from '@puebla/schemas';
import { parse } from 'yaml';

export type Rule = { readonly expr: string } & (
  | { readonly record: string }
  | {
      readonly alert: string;
      readonly labels: { readonly severity: string };
      readonly annotations: Readonly<Record<string, string>>;
    }
);

export interface Dashboard {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition: string }[] };
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}

export function readRules(): Rule[] {
  const { groups } = parse(readFileSync(join(import.meta.dirname, 'rules.yml'), 'utf8')) as {
    groups: { rules: Rule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

/** As much of `prometheus.yml` as tests look at or change. */
export interface Settings {
  readonly global: { readonly external_labels: Readonly<Record<string, string>> };
  readonly scrape_configs: readonly {
    readonly job_name: string;
    readonly authorization?: { readonly credentials_file: string };
    readonly static_configs: readonly { readonly targets: readonly string[] }[];
  }[];
}

export function readSettings(): Settings {
  return parse(readFileSync(join(import.meta.dirname, 'prometheus.yml'), 'utf8'));
}

export function readDashboard(file: string): Dashboard {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'grafana/dashboards', file), 'utf8'));
}

/** Of panels and of variables, whose `label_values` is Grafana's own. */
export function expressionsOf({ panels, templating }: Dashboard): string[] {
  return [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...templating.list.map(({ definition }) =>
      definition.replace(/^label_values\((.*), (\w+)\)$/, 'max by ($2) ($1)'),
    ),
  ];
}

/** Words of PromQL, as far as they are used. */
const words = ['sum', 'max', 'by', 'rate', 'increase', 'deriv', 'histogram_quantile'];
/** Prometheus itself gives them. */
const targetLabels = ['job', 'instance'];

/**
 * What an expression names that is not there: what is no metric of the list, no label of the metrics that it asks for, no value of a label, and
 * no recorded rule.
 */
export function unknownIn(expression: string, recorded: readonly string[]): string[] {
  const bare = expression.replaceAll(/"[^"]*"/g, '').replaceAll(/\[[^\]]*\]/g, '');
  const names = [...new Set(bare.match(/[a-zA-Z_:][\w:]*/g))].filter((name) => !words.includes(name));
  const asked = metricEntries.filter((entry) => seriesOf(entry).some((name) => names.includes(name)));
  // What a recorded rule has for labels Prometheus alone knows.
  const labelled = names.some((name) => recorded.includes(name)) ? metricEntries : asked;
  const labels = new Map<string, LabelSet>(labelled.flatMap((entry) => Object.entries(entry.labels)));
  const known = [...asked.flatMap(seriesOf), ...recorded, 'up', ...labels.keys(), ...targetLabels];
  if (asked.some(({ type }) => type === 'histogram')) known.push('le');
  const values = [...expression.matchAll(/(\w+)="([^"]*)"/g)].flatMap(([, label = '', value = '']) => {
    const set = labels.get(label);
    return set === undefined || labelValues[set].includes(value) ? [] : [value];
  });
  return [...names.filter((name) => !known.includes(name)), ...values];
}

function seriesOf({ name, type }: (typeof metricEntries)[number]): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
