import { expect, test } from 'vitest';
import english from './corpus/en.json' with { type: 'json' };
import spanish from './corpus/es.json' with { type: 'json' };
import type { Certainty, TextFinding } from './finding.ts';
import { findInText } from './text-findings.ts';

const corpora = [
  { language: 'es', corpus: spanish },
  { language: 'en', corpus: english },
];

interface Expected {
  readonly finding: string;
  readonly certainty: string;
  readonly start: number;
  readonly length: number;
}

const isHit = (found: readonly TextFinding[], wanted: Expected) =>
  found.some(
    ({ finding, certainty, start, length }) =>
      finding === wanted.finding &&
      certainty === wanted.certainty &&
      start === wanted.start &&
      length === wanted.length,
  );

/** Of what was to be found, the share that was: the very code, certainty and span. */
function recall(corpus: typeof spanish, certainty: Certainty): { wanted: number; share: number } {
  let wanted = 0;
  let hits = 0;
  for (const { text, expect: expected } of corpus.positives) {
    const found = findInText(text);
    for (const one of expected.filter((each) => each.certainty === certainty)) {
      wanted++;
      if (isHit(found, one)) hits++;
    }
  }
  return { wanted, share: hits / wanted };
}

/** Share of the texts with nothing to find in which something was. */
function falsePositives(corpus: typeof spanish, certainty: Certainty): number {
  const wrong = corpus.negatives.filter(({ text }) =>
    findInText(text).some((found) => found.certainty === certainty),
  );
  return wrong.length / corpus.negatives.length;
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

test.each(corpora)('the corpus in $language is of 300 texts of each sort, all different', ({ corpus }) => {
  expect(corpus.positives.length).toBeGreaterThanOrEqual(300);
  expect(corpus.negatives.length).toBeGreaterThanOrEqual(300);
  const texts = [...corpus.positives, ...corpus.negatives].map(({ text }) => text);
  expect(new Set(texts).size).toBe(texts.length);
  for (const { text, expect: expected } of corpus.positives) {
    expect(expected.length).toBeGreaterThan(0);
    for (const { start, length } of expected) expect(text.slice(start, start + length)).toMatch(/^\S.*\S$/s);
  }
});

test.each(corpora)('findings in $language keep to their limits', ({ language, corpus }) => {
  const certain = recall(corpus, 'CERTAIN');
  const doubtful = recall(corpus, 'DOUBTFUL');
  const refusedWrongly = falsePositives(corpus, 'CERTAIN');
  const askedWrongly = falsePositives(corpus, 'DOUBTFUL');
  console.info(
    `${language}: CERTAIN recall ${percent(certain.share)} of ${certain.wanted}, false positives ${percent(refusedWrongly)}; ` +
      `DOUBTFUL recall ${percent(doubtful.share)} of ${doubtful.wanted}, false positives ${percent(askedWrongly)} ` +
      `(of ${corpus.negatives.length} texts)`,
  );
  expect(certain.wanted).toBeGreaterThan(250);
  expect(doubtful.wanted).toBeGreaterThan(25);
  expect(certain.share).toBeGreaterThanOrEqual(0.99);
  expect(refusedWrongly).toBeLessThanOrEqual(0.005);
  expect(askedWrongly).toBeLessThanOrEqual(0.05);
});

test.each(corpora)('what else is found in the positives in $language is not much', ({ corpus }) => {
  const beside = corpus.positives.filter(({ text, expect: expected }) =>
    findInText(text).some(
      ({ start, length }) =>
        !expected.some((one) => start < one.start + one.length && one.start < start + length),
    ),
  );
  expect(beside.length / corpus.positives.length).toBeLessThanOrEqual(0.05);
});
