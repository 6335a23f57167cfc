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
import { sourceRules, wasPublished } from '../../rules/source.ts';
import { textRules } from '../../rules/text.ts';
import type { Violation } from '../../violation.ts';

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
  const guarded = countsVictims(statistic) && !wasPublished(statistic.source);
  return cells.flatMap((cell, i) => (cell === undefined ? [] : rulesOf(cell, `/data/cells/${i}`, guarded)));
}

function rulesOf(cell: AsSent<Cell>, pointer: string, guarded: boolean): Violation[] {
  const found: Violation[] = [];
  if (cell.dimension === undefined) found.push(violation('required', `${pointer}/dimension`));
  found.push(...textRules(cell.category, `${pointer}/category`, maxCategoryLength));
  const { value, below } = cell;
  const hasValue = typeof value === 'number';
  const hasBelow = typeof below === 'number';
  if (hasValue === hasBelow) found.push(violation('statistic/cell', `${pointer}/value`));
  if (hasValue && value < 0) found.push(violation('range', `${pointer}/value`));
  if (hasBelow && below < 1) found.push(violation('range', `${pointer}/below`));
  if (guarded && hasValue && value >= 1 && value <= largestSmallCount) {
    found.push(violation('disclosure/small-count', `${pointer}/value`));
  }
  if (guarded && hasBelow && below > 1 && below <= largestSmallCount) {
    found.push(violation('disclosure/small-count', `${pointer}/below`));
  }
  return found;
}

/** rules.md, What may not be said: counts of victims from 1 to 10. */
const largestSmallCount = 10;

const indicatorsOfOthers: ReadonlySet<string> = new Set([
  'PERSONS_IN_FORMAL_CONTACT',
  'PERSONS_PROSECUTED',
  'PERSONS_CONVICTED',
  'OFFENCES',
]);

/** Whatever is not known to count others may count victims. */
function countsVictims(statistic: SentStatistic): boolean {
  return !indicatorsOfOthers.has(statistic.indicator ?? 'OTHER');
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
};
