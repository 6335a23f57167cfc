import { canPublish, demonstrationRegister, directoryAt, unconfirmed, validateEvent } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { type Act, type DemoEvent, scriptOf } from './act.ts';
import { exerciseOf } from './exercise.ts';
import { liveAct, liveRows } from './live.ts';

const day = '2026-03-04';
const now = Date.parse(`${day}T18:00:00Z`);
const directory = directoryAt(demonstrationRegister, now);

const published = (acts: readonly Act[]) => acts.flatMap((act) => (act.does === 'publish' ? [act] : []));
const acts = published(exerciseOf(day).flatMap((scene) => scene.acts));
const live = published(Array.from({ length: liveRows }, (_, nth) => liveAct(nth, new Date(now + nth))));
const named = (list: typeof acts) => list.map((act) => [act.event.id, act] as const);

/** What the exchange would say to it alone: what it may follow, and who signs, is asked of a real one. */
function refusals(event: DemoEvent): unknown[] {
  const checked = validateEvent(event, now);
  if (!checked.ok) return checked.violations;
  const agency = directory.agencies.get(event.source);
  if (agency === undefined) return [`no agency ${event.source}`];
  const permission = canPublish(agency, checked.kind, checked.event, directory);
  return [...(permission.ok ? [] : permission.violations), ...unconfirmed(checked.event)];
}

test.each(named([...acts, ...live]))('%s keeps the contract', (_id, { event }) => {
  expect(refusals(event)).toEqual([]);
});

const silent = ['acknowledgement', 'recall', 'referral', 'repatriation'];
test.each(named([...acts, ...live]))('%s is marked as an exercise', (id, { event }) => {
  expect(id).toMatch(/^ejercicio-/);
  const { status, information } = event.data;
  if (!['practice', 'acknowledgement', 'recall'].includes(event.type)) expect(status).toBe('EXERCISE');
  if (silent.includes(event.type)) return;
  const titles = (information as Record<string, string>[]).map(({ language, headline, title }) => [
    language,
    (headline ?? title ?? '').slice(0, 9),
  ]);
  expect(titles).toEqual([
    ['es', 'EJERCICIO'],
    ['en', 'EXERCISE:'],
  ]);
});

test('the same day makes the same events, another day makes others', () => {
  const idsOf = (of: string) =>
    published(exerciseOf(of).flatMap((scene) => scene.acts)).map(({ event }) => event.id);
  expect(exerciseOf(day)).toEqual(exerciseOf(day));
  expect(new Set(idsOf(day)).size).toBe(acts.length);
  expect(new Set([...idsOf(day), ...idsOf('2026-03-05')]).size).toBe(2 * acts.length);
  expect(scriptOf(day).handle('x')).not.toBe(scriptOf('2026-03-05').handle('x'));
});

test('it has every kind that agencies write themselves', () => {
  expect([...new Set(acts.map(({ event }) => event.type))].sort()).toEqual([
    'acknowledgement',
    'alert',
    'decision',
    'practice',
    'recall',
    'referral',
    'repatriation',
    'training',
  ]);
});
