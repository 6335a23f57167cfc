import type { AsSent } from '../../as-sent.ts';
import { upTo } from '../../code-lists.ts';
import type { Facets } from '../../facets.ts';
import type { Cell, Statistic } from '../../generated.ts';
import type { KindRules, RuleContext } from '../../kind.ts';
import { violation } from '../../rule-codes.ts';
import { countryRules } from '../../rules/country.ts';
import { distinct, languageRules } from '../../rules/lists.ts';
import { periodRules, spanOf } from '../../rules/period.ts';
import { requiredRules } from '../../rules/required.ts';
import { sourceRules } from '../../rules/source.ts';
import { textRules } from '../../rules/text.ts';
import type { Violation } from '../../violation.ts';
import { countsVictims, isSmallCount } from './small-counts.ts';
import { suppress } from './suppress/suppress.ts';

type SentStatistic = AsSent<Statistic>;

const maxCategoryLength = 300;

function rules(data: Record<string, unknown>, context: RuleContext): Violation[] {
  // The Avro check has run: what is there has the generated type, what was wrong is left out.
  const statistic = data as SentStatistic;
  return [
    ...requiredRules(statistic, ['indicator', 'source']),
    ...countryRules(statistic.country, '/data/country'),
    ...periodRules(statistic.period, '/data/period', context.now, true),
    ...languageRules(statistic.information, '/data/information'),
    ...cellRules(statistic),
    ...sourceRules(statistic.source, '/data/source'),
  ];
}

/** A source may say the same cell twice (real ones do): what was published is kept as it is. */
function cellRules(statistic: SentStatistic): Violation[] {
  const cells = statistic.cells ?? [];
  if (cells.length === 0) return [violation('required', '/data/cells')];
  return [
    ...cells.flatMap((cell, i) => (cell === undefined ? [] : rulesOf(cell, `/data/cells/${i}`))),
    ...disclosureRules(statistic),
  ];
}

/** What `suppress` would change: small counts, and the cells that would give one away (rules.md, What may not be said). */
function disclosureRules(statistic: SentStatistic): Violation[] {
  const { cells } = suppress(statistic);
  if (cells === statistic.cells) return [];
  return (statistic.cells ?? []).flatMap((cell, i) => {
    if (cell === cells?.[i]) return [];
    const pointer = `/data/cells/${i}`;
    if (typeof cell?.value !== 'number') return violation('disclosure/small-count', `${pointer}/below`);
    const rule = isSmallCount(cell.value) ? 'disclosure/small-count' : 'disclosure/reveals';
    return violation(rule, `${pointer}/value`);
  });
}

function rulesOf(cell: AsSent<Cell>, pointer: string): Violation[] {
  const found: Violation[] = [];
  if (cell.dimension === undefined) found.push(violation('required', `${pointer}/dimension`));
  found.push(...textRules(cell.category, `${pointer}/category`, maxCategoryLength));
  const { value, below } = cell;
  const hasValue = typeof value === 'number';
  const hasBelow = typeof below === 'number';
  if (hasValue === hasBelow) found.push(violation('statistic/cell', `${pointer}/value`));
  if (hasValue && value < 0) found.push(violation('range', `${pointer}/value`));
  if (hasBelow && below < 1) found.push(violation('range', `${pointer}/below`));
  return found;
}

function facets(data: Record<string, unknown>): Facets {
  // Of the Avro type: it was checked, or decoded.
  const statistic = data as SentStatistic;
  return {
    countries: distinct([statistic.country]),
    category: statistic.indicator ?? null,
    legs: [],
    exploitation: [],
    groups: [],
    severity: null,
    languages: distinct(statistic.information?.map((item) => item?.language)),
    ...spanOf(statistic.period),
  };
}

export const statistic: KindRules = {
  title: { es: 'Estadística', en: 'Statistic' },
  publishers: { MEMBER: { tlp: upTo('AMBER') }, ORGANIZATION: { tlp: upTo('AMBER') } },
  tlp: 'CLEAR',
  category: 'indicator',
  rules,
  facets,
  ofVictims: (data) => countsVictims(data as SentStatistic),
};
