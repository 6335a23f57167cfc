import fc from 'fast-check';
import { expect, test } from 'vitest';
import { endOf } from './directory.ts';
import {
  type Actor,
  type Collection,
  changeOf,
  demonstrationRegister,
  directoryAt,
  type Entry,
  emptyRegister,
  entriesOf,
  isActive,
  keyOf,
  type Register,
  readerOf,
  withEntries,
} from './index.ts';
import { ownerOf } from './register.ts';
import { actor, name, now, term } from './register-attempts.ts';
import { backdatedMs } from './register-rules.ts';

/** Whatever is tried, by whomever and in whatever order, what may not come about does not. */

const july = '2026-07-01T00:00:00Z';
const minuteMs = 60_000;
const dayMs = 86_400_000;
const instantOf = (ms: number): string => new Date(ms).toISOString();

const first = ['mx-fgr', 'MX'] as const;
/** The demonstration, as far as it is tried here. */
const few = withEntries(
  emptyRegister,
  entriesOf(demonstrationRegister).filter((entry) => {
    if (entry.collection === 'groups') return entry.row.group === 'MEMBERS';
    return ['MX', 'CR', 'CO', 'TS', 'PPT', 'RNCOM'].includes(ownerOf(entry) ?? '');
  }),
);
const focalPoints: readonly (readonly [string, string])[] = [
  first,
  ['mx-inm', 'MX'],
  ['cr-dgme', 'CR'],
  ['cr-oij', 'CR'],
  ['ts-office', 'TS'],
];
const rolesGiven = [['focal'], ['publisher'], ['operator'], ['focal', 'operator']];
const agencies = ['mx-fgr', 'mx-new', 'cr-dgme', 'ts-office'];
const from = (...values: readonly unknown[]) => fc.constantFrom(...values);

/** What a row says beside its dates. */
const rows: Readonly<Partial<Record<Collection, fc.Arbitrary<object>>>> = {
  participants: fc.record({ code: from('CO', 'TS', 'CR'), status: from('MEMBER', 'OBSERVER', 'GUEST') }),
  agencies: fc.record({ id: from('mx-new', 'mx-fgr'), participant: from('MX'), name: from(name) }),
  people: fc.record({ agency: from(...agencies), id: from('focal', 'night'), roles: from(...rolesGiven) }),
  offices: fc.record({ office: from('SECRETARIAT', 'PRESIDENCY'), agency: from(...agencies) }),
  sponsorships: fc.record({ sponsor: from('mx-fgr', 'cr-oij'), sponsored: from('rncom-network') }),
  groups: fc.record({
    group: from('MEMBERS', 'NEW'),
    status: from('MEMBER', 'GUEST'),
    participant: from(null),
  }),
};

interface Attempt {
  readonly collection: Collection;
  /** A row that is there is changed where there is one, by its number. */
  readonly known: number | undefined;
  readonly said: object;
  /** Minutes and days from the moment on. */
  readonly begins: number;
  readonly ends: number | undefined;
  /** Undefined: the first who may. */
  readonly by: readonly [string, string] | undefined;
  readonly after: number;
}

const offset = fc.oneof(
  from(-2, -0.5, 0, 0.5).map(Number),
  fc.integer({ min: 1, max: 5 }).map((days) => days * 1_440),
);
const attempt: fc.Arbitrary<Attempt> = fc.constantFrom(...Object.entries(rows)).chain(([collection, said]) =>
  fc.record({
    collection: fc.constant(collection as Collection),
    known: fc.option(fc.nat({ max: 50 }), { nil: undefined }),
    said,
    begins: offset,
    ends: fc.option(offset, { nil: undefined }),
    by: fc.option(fc.constantFrom(...focalPoints), { nil: undefined, freq: 1 }),
    after: fc.constantFrom(0, 0.2, 1_440),
  }),
);

/** The row that an attempt sends at that moment. */
function sentBy({ collection, known, said, begins, ends }: Attempt, register: Register, at: number): object {
  const end = ends === undefined ? null : instantOf(at + ends * minuteMs);
  const later = register[collection].filter((row) => row.from > instantOf(now - dayMs) || row.to !== null);
  const row = known === undefined ? undefined : later[known % (later.length || 1)];
  if (row === undefined) return { ...said, from: instantOf(at + begins * minuteMs), to: end };
  const { by: _by, ...rest }: Record<string, unknown> = { ...row };
  const roles = 'roles' in said ? { roles: said.roles } : {};
  return { ...rest, ...roles, to: end ?? row.to };
}

function actorAt(register: Register, [agency, participant]: readonly [string, string], at: number): Actor {
  const reader = readerOf(directoryAt(register, at), agency, 'focal');
  return { ...actor(agency, participant, ...(reader?.signedIn ? reader.roles : [])), person: 'focal' };
}

function whoMay(register: Register, collection: Collection, sent: object, at: number) {
  const may = focalPoints.find((who) => {
    const change = changeOf(register, collection, sent, actorAt(register, who, at), at);
    return change.ok || change.refusal === 'invalid';
  });
  return may ?? first;
}

/** Each instant at which something begins or ends, and what was between. */
function instantsOf(...registers: readonly Register[]): readonly number[] {
  const rows = registers.flatMap(entriesOf).map(({ row }) => row);
  const ends = rows.flatMap((row) => [row.from, ...(row.to === null ? [] : [row.to])]);
  return [...new Set(ends.map((text) => Date.parse(text)))].flatMap((ms) => [ms - 1, ms]);
}

function activeAt(register: Register, at: number): readonly Entry[] {
  return entriesOf(register).filter(({ row }) => isActive(row, at));
}

const subjects: Readonly<Partial<Record<Collection, string>>> = {
  participants: 'code',
  offices: 'office',
  sponsorships: 'sponsored',
};

function expectOneAtATime(register: Register, at: number): void {
  const about = activeAt(register, at).flatMap(({ collection, row }) => {
    const subject = subjects[collection];
    return subject === undefined ? [] : [`${collection}/${Object(row)[subject]}`];
  });
  expect(about).toHaveLength(new Set(about).size);
}

function expectPastKept(before: Register, after: Register, at: number): void {
  expect(activeAt(after, at).map(keyOf).toSorted()).toEqual(activeAt(before, at).map(keyOf).toSorted());
}

test('whatever is tried in whatever order', () => {
  let taken = 0;
  const property = fc.property(fc.array(attempt, { minLength: 30, maxLength: 40 }), (attempts) => {
    let register = few;
    let at = now;
    for (const one of attempts) {
      at += one.after * minuteMs;
      const sent = sentBy(one, register, at);
      const who = one.by ?? whoMay(register, one.collection, sent, at);
      const by = actorAt(register, who, at);
      const change = changeOf(register, one.collection, sent, by, at);
      if (!change.ok) continue;
      const before = register;
      register = withEntries(register, change.entries);
      taken += change.entries.length;
      // Said again it is said already, unless it has taken from whoever said it what lets him say it.
      const again = changeOf(register, one.collection, sent, actorAt(register, who, at), at);
      if (again.ok || again.refusal === 'invalid') expect(again).toEqual({ ok: true, entries: [] });
      const { people, offices } = directoryAt(register, at);
      const holder = offices.get('SECRETARIAT');
      const focal = [...people].filter(([id, of]) => id.startsWith(`${holder}/`) && of.includes('focal'));
      expect(focal).not.toEqual([]);
      for (const [id, of] of people) if (of.includes('operator')) expect(id.split('/')[0]).toBe(holder);
      for (const instant of instantsOf(before, register)) {
        expectOneAtATime(register, instant);
        if (instant <= at - backdatedMs) expectPastKept(before, register, instant);
      }
    }
  });
  fc.assert(property, { numRuns: 50 });
  expect(taken).toBeGreaterThan(100);
});

const givers = ['mx-fgr', 'mx-inm', 'mx-dif'];
const ends = [july, '2026-08-01T00:00:00Z', null];

test('a clearance counts while two others have said so, each for as long at least', () => {
  const said = fc.record({
    person: fc.constantFrom('duty', 'focal'),
    giver: fc.nat({ max: 2 }),
    end: fc.nat({ max: 2 }),
  });
  let counted = 0;
  const property = fc.property(fc.array(said, { minLength: 2, maxLength: 8 }), (all) => {
    let register = few;
    const voices: { readonly person: string; readonly giver: string; readonly until: number }[] = [];
    for (const { person, giver, end } of all) {
      const by: Actor = { ...actor(givers[giver] ?? '', 'MX', 'focal'), person: 'focal' };
      const row = { agency: 'mx-fgr', person, ...term, to: ends[end] ?? null };
      const change = changeOf(register, 'clearances', row, by, now);
      if (!change.ok) continue;
      register = withEntries(register, change.entries);
      voices.push({ person: `mx-fgr/${person}`, giver: `${by.agency}/focal`, until: endOf(row) });
    }
    for (const at of [now, Date.parse(july), Date.UTC(2026, 7, 1)]) {
      for (const cleared of directoryAt(register, at).cleared) {
        const others = voices.filter(
          (one) => one.person === cleared && one.giver !== cleared && one.until > at,
        );
        expect(new Set(others.map((one) => one.giver)).size).toBeGreaterThanOrEqual(2);
        counted += 1;
      }
    }
  });
  fc.assert(property, { numRuns: 500 });
  expect(counted).toBeGreaterThan(20);
});

test('one focal point alone, with all whom he makes, clears nobody within a week', () => {
  const made = ['one', 'two'];
  const step = fc.record({
    by: fc.constantFrom('focal', 'focal', 'duty', ...made),
    makes: fc.option(
      fc.record({ id: fc.constantFrom('duty', ...made), roles: fc.constantFrom(['focal'], ['analyst']) }),
      { nil: undefined, freq: 2 },
    ),
    person: fc.constantFrom('releaser', ...made),
    end: fc.nat({ max: 2 }),
    afterHours: fc.nat({ max: 10 }),
  });
  let taken = 0;
  const property = fc.property(fc.array(step, { minLength: 10, maxLength: 16 }), (steps) => {
    let register = few;
    let at = now;
    for (const { by, makes, person, end, afterHours } of steps) {
      at += afterHours * 60 * minuteMs;
      const who = `mx-fgr/${by}`;
      const roles = directoryAt(register, at).people.get(who) ?? [];
      const known = register.people.find(({ agency, id }) => agency === 'mx-fgr' && id === makes?.id);
      const given = register.clearances.find((one) => one.person === person);
      const from = instantOf(at);
      const [collection, sent] =
        makes === undefined
          ? ([
              'clearances',
              { agency: 'mx-fgr', person, from: given?.from ?? from, to: ends[end] ?? null },
            ] as const)
          : (['people', { agency: 'mx-fgr', from, to: null, ...known, ...makes }] as const);
      const actorNow: Actor = { ...actor('mx-fgr', 'MX', ...roles), person: by };
      const change = changeOf(register, collection, sent, actorNow, at);
      if (!change.ok) continue;
      register = withEntries(register, change.entries);
      taken += change.entries.length;
      expect(directoryAt(register, at).cleared.size).toBe(0);
    }
  });
  fc.assert(property, { numRuns: 500 });
  expect(taken).toBeGreaterThan(300);
});
