import { agencies, catalogue, kindOf, validateEvent } from '@puebla/schemas';
import { describe, expect, test } from 'vitest';
import { recordShapeOf, type Shape, shapeOf } from '../../core/shape.ts';
import { isRequired, longestText, type Question, textFacts } from './asked.ts';
import { compact, type Data, editable, moved, type Path, valueAt, withValue } from './value.ts';

/** What a form is made of: shapes from Avro, values, and what the rules say when they are asked. */

const now = Date.UTC(2026, 5, 1);
const ids = agencies.map(({ id }) => id);

function asked(name: string, path: Path, data: Data = {}): Question {
  const kind = kindOf(name);
  if (kind === undefined) throw new Error(`no kind ${name}`);
  return { kind, data, path, context: { tlp: kind.tlp, now } };
}

const dataOf = ({ example }: { readonly example: object }): Data => (example as { data: Data }).data;

describe('shapes', () => {
  test('an optional value, a list of symbols, a text a language and a record that is named again', () => {
    const language = { type: 'enum', name: 'Language', symbols: ['es', 'en', 'und'] };
    const shape = shapeOf({
      type: 'record',
      name: 'Thing',
      fields: [
        { name: 'on', type: ['null', { type: 'int', logicalType: 'date' }] },
        {
          name: 'said',
          type: {
            type: 'array',
            items: {
              type: 'record',
              name: 'Said',
              fields: [
                { name: 'language', type: language },
                { name: 'text', type: ['null', 'string'] },
              ],
            },
          },
        },
        { name: 'spoken', type: { type: 'array', items: 'Language' } },
        {
          name: 'one',
          type: ['null', { type: 'record', name: 'One', fields: [{ name: 'n', type: 'int' }] }],
        },
        { name: 'others', type: { type: 'array', items: 'org.rcm.puebla.One' } },
      ],
    });
    const said = { is: 'symbol', list: 'Language', symbols: ['es', 'en'] };
    const one = { is: 'record', name: 'One', fields: [{ name: 'n', shape: { is: 'whole' } }] };
    expect(shape).toEqual({
      is: 'record',
      name: 'Thing',
      fields: [
        { name: 'on', shape: { is: 'day' } },
        {
          name: 'said',
          shape: {
            is: 'texts',
            languages: ['es', 'en'],
            item: {
              is: 'record',
              name: 'Said',
              fields: [
                { name: 'language', shape: said },
                { name: 'text', shape: { is: 'text' } },
              ],
            },
          },
        },
        { name: 'spoken', shape: { is: 'choices', item: said } },
        { name: 'one', shape: one },
        { name: 'others', shape: { is: 'list', item: one } },
      ],
    });
  });

  test.each(catalogue)('every field of $name has a control, and its example survives the form', (kind) => {
    const shape: Shape = recordShapeOf(kind.avro);
    const data = compact(editable(shape, dataOf(kind)));
    const checked = validateEvent({ ...kind.example, data }, Date.parse('2026-07-01T00:00:00Z'));
    expect(checked).toMatchObject({ ok: true });
  });

  test('a type that has no control is told at once', () => {
    expect(() => shapeOf({ type: 'bytes' })).toThrow('no control for Avro bytes');
  });
});

describe('values', () => {
  test('are put where nothing was, and taken away', () => {
    const put = withValue({ a: 1 }, ['places', 0, 'country'], 'MX');
    expect(put).toEqual({ a: 1, places: [{ country: 'MX' }] });
    expect(valueAt(put, ['places', 0, 'country'])).toBe('MX');
    expect(withValue(put, ['places', 0, 'country'], undefined)).toEqual({ a: 1, places: [{}] });
  });

  test('what is empty is not sent, and items stay where they are', () => {
    const data = { a: ' ', b: {}, c: [], d: [{}, { e: '' }, { e: 'x' }], f: ['', 'y'], n: 0 };
    expect(compact(data)).toEqual({ d: [{}, {}, { e: 'x' }], f: ['', 'y'], n: 0 });
  });

  test('an item moves', () => {
    expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  });

  test('of an event that is there: no nulls, no stand-ins', () => {
    const shape = recordShapeOf(kindOf('alert')?.avro ?? {});
    const read = { category: 'SMUGGLING', status: 'UNRECOGNIZED', people: null, transport: ['AIR', 'NEWER'] };
    expect(editable(shape, read)).toEqual({ category: 'SMUGGLING', transport: ['AIR'] });
  });
});

describe('the rules are asked', () => {
  test.each([
    ['alert', ['category'], true],
    ['alert', ['severity'], false],
    ['alert', ['places'], true],
    ['alert', ['places', 3, 'country'], true],
    ['alert', ['places', 3, 'locality'], false],
    ['statistic', ['period', 'to'], true],
    ['practice', ['contact'], false],
    ['referral', ['to'], true],
  ] as const)('%s %j is required: %s', (kind, path, expected) => {
    expect(isRequired(asked(kind, path))).toBe(expected);
  });

  test.each([
    ['alert', ['information', 0, 'headline'], 300],
    ['alert', ['information', 0, 'description'], 20_000],
    ['alert', ['places', 2, 'locality'], 200],
    ['practice', ['contact', 'telephone'], undefined],
  ] as const)('%s %j is as long as %s', (kind, path, expected) => {
    expect(longestText(asked(kind, path))).toBe(expected);
  });

  const codes = (question: Question): readonly string[] => {
    const facts = textFacts(question, ids);
    return facts.is === 'code' ? facts.options : [facts.is];
  };

  test('for the lists of codes', () => {
    expect(codes(asked('alert', ['places', 0, 'country']))).toContain('HN');
    const inHonduras = { places: [{ country: 'MX' }, { country: 'HN' }] };
    const subdivisions = codes(asked('alert', ['places', 1, 'subdivision'], inHonduras));
    expect(subdivisions).toContain('HN-CR');
    expect(subdivisions.filter((code) => !code.startsWith('HN-'))).toEqual([]);
    expect(codes(asked('training', ['zone']))).toContain('America/Panama');
    expect(codes(asked('practice', ['appliedIn', 0]))).toContain('IOM');
    expect(codes(asked('practice', ['links', 0, 'url']))).toEqual(['url']);
    expect(codes(asked('practice', ['tags', 0]))).toEqual(['text']);
    expect(codes(asked('alert', ['information', 0, 'headline']))).toEqual(['text']);
  });

  test('for the agencies that fit', () => {
    const sending = { participant: 'MX' };
    const own = codes(asked('repatriation', ['sending', 'agencies', 0], { sending }));
    expect(own.length).toBeGreaterThan(1);
    expect(own.filter((id) => !id.startsWith('mx-'))).toEqual([]);
    expect(codes(asked('referral', ['to'], { from: 'mx-fgr' }))).not.toContain('mx-fgr');
  });
});
