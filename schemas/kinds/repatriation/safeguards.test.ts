import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AsSent } from '../../as-sent.ts';
import type { Repatriation } from '../../generated.ts';
import { safeguardRules } from './safeguards.ts';

interface Person {
  readonly age: 'ADULT' | 'CHILD' | 'IN_DOUBT';
  readonly victim: boolean;
  readonly consents: boolean;
  readonly determined: boolean;
  readonly accepted: 'GUARDIAN' | 'AGENCY' | 'NOBODY';
}

const person: fc.Arbitrary<Person> = fc.record({
  age: fc.constantFrom('ADULT', 'CHILD', 'IN_DOUBT'),
  victim: fc.boolean(),
  consents: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean()),
  determined: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.boolean()),
  accepted: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('GUARDIAN', 'AGENCY') },
    fc.constantFrom('GUARDIAN', 'AGENCY', 'NOBODY'),
  ),
});

/** What the parties would state of these people, counted by group. */
function noticeOf(people: readonly Person[], office: string | null): AsSent<Repatriation> {
  const ages = [...new Set(people.map(({ age }) => age))];
  const children = people.filter(({ age }) => age !== 'ADULT');
  return {
    state: 'CONFIRMED',
    protection: 'NONE',
    people: ages.map((age) => {
      const group = people.filter((each) => each.age === age);
      return {
        age,
        count: group.length,
        presumedVictims: group.filter(({ victim }) => victim).length,
        consents: group.filter(({ victim, consents }) => victim && consents).length,
        determinations: group.filter(({ determined }) => determined).length,
      };
    }),
    reception: {
      office,
      withGuardian: children.filter(({ accepted }) => accepted === 'GUARDIAN').length,
      withAgency: children.filter(({ accepted }) => accepted === 'AGENCY').length,
    },
  };
}

/** One by one, as the rule is written (mission.md, rows 3 and 5). */
function mayReturn({ age, victim, consents, determined, accepted }: Person, office: string | null): boolean {
  if (age === 'ADULT') return !victim || consents;
  return determined && accepted !== 'NOBODY' && office !== null;
}

test('a group is confirmed exactly when each of its people may return', () => {
  const answers = { yes: 0, no: 0 };
  fc.assert(
    fc.property(
      fc.array(person, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('Oficina', 'Oficina', null),
      (people, office) => {
        const expected = people.every((each) => mayReturn(each, office));
        expect(safeguardRules(noticeOf(people, office)).length === 0).toBe(expected);
        answers[expected ? 'yes' : 'no']++;
      },
    ),
    { numRuns: 500 },
  );
  expect(answers.yes).toBeGreaterThan(10);
  expect(answers.no).toBeGreaterThan(10);
});
