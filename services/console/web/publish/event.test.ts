import {
  catalogue,
  demonstrationRegister,
  directoryAt,
  type ThreadKind,
  threadKindOf,
} from '@puebla/schemas';
import { describe, expect, test } from 'vitest';
import { recordShapeOf } from '../core/shape.ts';
import { check, type Draft, eventOf, newDraft, nextVersion, type Standing } from './event.ts';
import { spanOf } from './form/excerpt.ts';
import { instantIn, localIn } from './form/local-instant.ts';
import { codeIn } from './form/options.ts';

/** From what is written to the event that is sent, and what the rules say of it. */

const now = Date.parse('2026-07-01T00:00:00Z');

function kindNamed(name: string): ThreadKind {
  const kind = threadKindOf(name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return kind;
}

const directory = directoryAt(demonstrationRegister, now);
const by = (agency: string) => ({ agency, directory });
const begun = (kind: ThreadKind): Draft => newDraft(kind, recordShapeOf(kind.avro), 'es');
const exampleOf = (kind: ThreadKind) => kind.example as unknown as Standing;

function written(description: string): Draft {
  const alert = kindNamed('alert');
  const { data } = exampleOf(alert);
  const information = [{ language: 'es', headline: 'Aviso', description }];
  return { ...begun(alert), data: { ...data, information }, handling: { tlp: 'AMBER', audience: [] } };
}

const rulesOf = (draft: Draft) => {
  const { wrong, doubts } = check(draft, by('mx-fgr'), now);
  return [...wrong, ...doubts].map(({ pointer, rule }) => `${pointer} ${rule}`);
};

test.each(catalogue)(
  'a form of $name begins with what can be proposed, and knows what is missing',
  (kind) => {
    const draft = begun(kind);
    expect(eventOf(draft)).toMatchObject({ type: kind.name, tlp: kind.tlp, id: draft.id });
    const { wrong } = check(draft, by('mx-fgr'), now);
    expect(wrong.length).toBeGreaterThan(0);
    expect(wrong.filter(({ rule }) => rule === 'type' || rule === 'unknown-field')).toEqual([]);
  },
);

test('a referral begins with its first step, under a handle of no meaning', () => {
  const { data } = begun(kindNamed('referral'));
  expect(data).toMatchObject({ state: 'REFERRED', caseHandle: expect.stringMatching(/^[0-9a-f-]{36}$/) });
});

test('a referral is for the two agencies alone, and says whom it lacks', () => {
  const referral = kindNamed('referral');
  const draft = { ...begun(referral), data: { ...exampleOf(referral).data } };
  const to = String(draft.data['to']);
  const told = (audience: readonly string[]) => {
    const { wrong } = check(
      { ...draft, handling: { tlp: 'AMBER_STRICT', audience } },
      by(String(draft.data['from'])),
      now,
    );
    return wrong.map(({ pointer, rule, allowed }) => [pointer, rule, allowed]);
  };
  expect(told([to])).toEqual([]);
  expect(told([to, 'pa-snm'])).toEqual([['/audience', 'step/readers', [draft.data['from'], to]]]);
});

test('what an agency may not publish so marked, or to whom, is told', () => {
  const alert = written('');
  const told = (agency: string, audience: readonly string[]) =>
    check({ ...alert, handling: { tlp: 'AMBER', audience } }, by(agency), now).wrong.map(({ rule }) => rule);
  expect([told('mx-fgr', ['GT']), told('mx-fgr', ['XX']), told('co-fgn', ['GT'])]).toEqual([
    [],
    ['handling/unknown-reader'],
    ['publish/tlp', 'publish/own-territory'],
  ]);
});

test('what was to be acknowledged by now is refused', () => {
  const draft = written('');
  const handling = { ...draft.handling, ackby: '2026-06-30T00:00:00Z' };
  expect(rulesOf({ ...draft, handling })).toEqual(['/ackby ackby/past']);
});

describe('what may say who somebody is', () => {
  const phone = 'Llame al +52 55 5555 0134 hoy.';

  test('is refused at its span', () => {
    const { wrong } = check(written(phone), by('mx-fgr'), now);
    expect(wrong).toEqual([
      expect.objectContaining({
        pointer: '/data/information/0/description',
        rule: 'content/personal-data',
        finding: 'phone',
        start: phone.indexOf('+'),
        length: '+52 55 5555 0134'.length,
      }),
    ]);
  });

  test('is told also while another field is wrong', () => {
    const draft = written(phone);
    const rules = rulesOf({ ...draft, data: { ...draft.data, occurred: { from: '2026-02-31' } } });
    expect(rules).toContain('/data/occurred/from date');
    expect(rules).toContain('/data/information/0/description content/personal-data');
  });

  test('is asked about where it is doubtful', () => {
    const draft = written('La víctima Ana Luz Ejemplo fue vista.');
    expect(check(draft, by('mx-fgr'), now).doubts.map(({ rule, finding }) => [rule, finding])).toEqual([
      ['content/doubtful', 'name'],
    ]);
    const confirmed = { ...draft, handling: { ...draft.handling, confirmed: '+52 55 5555 0134' } };
    expect(rulesOf(confirmed)).toContain('/confirmed content/personal-data');
  });

  test('is shown with what is around it', () => {
    const text = `${'a'.repeat(40)}MARK${'b'.repeat(40)}`;
    expect(spanOf(text, 40, 4)).toEqual({
      before: `…${'a'.repeat(30)}`,
      found: 'MARK',
      after: `${'b'.repeat(30)}…`,
    });
  });
});

describe('a new version', () => {
  const of = (name: string, ends = false): Draft | undefined => {
    const kind = kindNamed(name);
    return nextVersion(kind, recordShapeOf(kind.avro), { ...exampleOf(kind), source: 'mx-fgr' }, ends);
  };

  test('of an alert has what stands, refers to it and has an id of its own', () => {
    const { data, id } = exampleOf(kindNamed('alert'));
    const next = of('alert');
    expect(next?.data).toEqual({
      ...data,
      messageType: 'UPDATE',
      references: [`/v1/events/mx-fgr/${id}`],
    });
    expect(next?.id).not.toBe(id);
    expect(of('alert', true)?.data).toMatchObject({ messageType: 'CANCEL' });
  });

  test('of a training calls it off', () => {
    expect(of('training', true)?.data).toMatchObject({ state: 'CANCELLED' });
  });

  test('is not there for a kind without versions, nor for one that goes step by step', () => {
    expect([of('practice'), of('statistic'), of('referral')]).toEqual([undefined, undefined, undefined]);
  });
});

test('a time is that of the chosen zone, on both sides of a change of the clocks', () => {
  expect(instantIn('2026-01-15T09:30', 'America/New_York')).toBe('2026-01-15T14:30:00.000Z');
  expect(instantIn('2026-07-15T09:30', 'America/New_York')).toBe('2026-07-15T13:30:00.000Z');
  expect(localIn('2026-07-15T13:30:00.000Z', 'America/New_York')).toBe('2026-07-15T09:30');
  expect([instantIn('', 'UTC'), localIn('soon', 'UTC')]).toEqual([undefined, '']);
});

test('a code is found by its text, its name without accents, or itself', () => {
  const options = [
    { code: 'MX', text: 'México (MX)' },
    { code: 'PA', text: 'Panamá (PA)' },
  ];
  expect(['Panamá (PA)', 'panama', ' pa ', 'Panam'].map((typed) => codeIn(options, typed))).toEqual([
    'PA',
    'PA',
    'PA',
    undefined,
  ]);
});
