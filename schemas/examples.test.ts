import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  canPublish,
  demonstrationRegister,
  directoryAt,
  kinds,
  lapsed,
  ruleCodes,
  unconfirmed,
  type Violation,
  validateEvent,
} from './index.ts';

/** A wrong event, who sends it, and the whole answer: 422 where the contract is broken, 403 where this agency may not. */
interface BadExample {
  agency: string;
  event: unknown;
  status: 403 | 422;
  violations: { pointer: string; rule: string }[];
}

const here = import.meta.dirname;
/** The day on which the examples are judged: rules about the future do not age. */
const today = Date.UTC(2026, 3, 1);
const directory = directoryAt(demonstrationRegister, today);

const badExamples = kinds.flatMap(({ name }) =>
  readdirSync(join(here, 'kinds', name, 'bad')).map((file) => {
    const bad: BadExample = JSON.parse(readFileSync(join(here, 'kinds', name, 'bad', file), 'utf8'));
    return { name: `${name}/bad/${file}`, bad };
  }),
);

/** Further ways to say it: whole CloudEvents, as `example.json`. */
const goodExamples = kinds.flatMap(({ name }) => {
  const folder = join(here, 'kinds', name, 'good');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.map((file): { name: string; event: unknown } => ({
    name: `${name}/good/${file}`,
    event: JSON.parse(readFileSync(join(folder, file), 'utf8')),
  }));
});

function answer({ agency, event }: BadExample): { status: number; violations: Violation[] } {
  const sender = directory.agencies.get(agency);
  if (sender === undefined) throw new Error(`no agency ${agency}`);
  const checked = validateEvent(event, today);
  if (!checked.ok) return { status: 422, violations: checked.violations };
  const permission = canPublish(sender, checked.kind, checked.event, directory);
  if (!permission.ok) return { status: 403, violations: [...permission.violations] };
  const violations = [...lapsed(checked.event, today), ...unconfirmed(checked.event)];
  return { status: violations.length === 0 ? 201 : 422, violations };
}

const byPointer = (a: { pointer: string; rule: string }, b: { pointer: string; rule: string }) =>
  `${a.pointer} ${a.rule}` < `${b.pointer} ${b.rule}` ? -1 : 1;

test.each(badExamples)('$name gets its documented error, whole', ({ bad }) => {
  const { status, violations } = answer(bad);
  const got = violations.map(({ pointer, rule }) => ({ pointer, rule })).sort(byPointer);
  expect({ status, violations: got }).toEqual({
    status: bad.status,
    violations: [...bad.violations].sort(byPointer),
  });
});

test.each(badExamples)('the answer to $name says what would be taken, and repeats nothing', ({ bad }) => {
  const { violations } = answer(bad);
  for (const { rule, message, allowed } of violations) {
    expect(ruleCodes).toContain(rule);
    expect(message).toMatch(/^\S.+ \/ \S.+$/);
    if (rule === 'enum' || rule === 'kind' || rule === 'country') expect(allowed?.length).toBeGreaterThan(0);
  }
  expect(violations.map((violation) => violation.message).join()).not.toMatch(
    /\(name\)|\(address\)|\(town\)/,
  );
});

test.each(kinds)(
  'the example of $name is taken as it is, and its folder has wrong ones',
  ({ name, example }) => {
    const checked = validateEvent(example, today);
    if (!checked.ok) throw new Error(JSON.stringify(checked.violations));
    const sender = directory.agencies.get(checked.event.source ?? '');
    expect(sender && canPublish(sender, checked.kind, checked.event, directory)).toMatchObject({ ok: true });
    expect(badExamples.filter((bad) => bad.name.startsWith(`${name}/`)).length).toBeGreaterThanOrEqual(5);
  },
);

test.each(goodExamples)('$name is right, and its agency may say it', ({ event }) => {
  const checked = validateEvent(event, today);
  if (!checked.ok) throw new Error(JSON.stringify(checked.violations));
  expect(unconfirmed(checked.event)).toEqual([]);
  const sender = directory.agencies.get(checked.event.source ?? '');
  expect(sender && canPublish(sender, checked.kind, checked.event, directory)).toMatchObject({ ok: true });
});

test.each(kinds)('each rule that $name alone has is broken by one of its wrong ones', ({ name }) => {
  const broken = badExamples.flatMap(({ bad }) => bad.violations.map(({ rule }) => rule));
  const own = ruleCodes.filter((code) => code.startsWith(`${name}/`));
  expect(own.filter((code) => !broken.includes(code))).toEqual([]);
});
