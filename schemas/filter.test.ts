import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agencies } from './agencies.ts';
import { query, written } from './arbitrary-filter.ts';
import { type Filter, filterKey, filterParameters, formatFilter, parseFilter } from './filter.ts';
import { participants } from './participants.ts';

function parse(query: string, also: readonly string[] = []): Filter {
  const parsed = parseFilter(new URLSearchParams(query), also);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.violations));
  return parsed.filter;
}

function violationsOf(query: string): string[] {
  const parsed = parseFilter(new URLSearchParams(query), ['since']);
  return parsed.ok ? [] : parsed.violations.map(({ pointer, rule }) => `${pointer} ${rule}`);
}

function filterOf(params: URLSearchParams): Filter {
  return parse(params.toString());
}

describe('canonical form', () => {
  test('what is formatted is parsed to the same', () => {
    fc.assert(
      fc.property(query, (asked) => {
        const filter = filterOf(written(asked));
        expect(filterOf(formatFilter(filter))).toEqual(filter);
      }),
    );
  });

  test('order, repetition, capitals and white space do not change the key', () => {
    const disorder = fc.record({ query, turns: fc.array(fc.nat(), { minLength: 1 }), upper: fc.boolean() });
    fc.assert(
      fc.property(disorder, ({ query: asked, turns, upper }) => {
        const params = written(asked);
        const pairs = [...params].flatMap(([name, text]) =>
          text.split(',').flatMap((value): [string, string][] => {
            const spelled = upper ? value.toUpperCase() : value.toLowerCase();
            return [
              [name, ` ${spelled}`],
              [name, spelled],
            ];
          }),
        );
        pairs.sort((_, b) => ((turns[b[1].length % turns.length] ?? 0) % 3) - 1);
        expect(filterKey(filterOf(new URLSearchParams(pairs)))).toBe(filterKey(filterOf(params)));
      }),
    );
  });

  test('different filters have different keys', () => {
    fc.assert(
      fc.property(query, query, (one, other) => {
        const [a, b] = [filterOf(written(one)), filterOf(written(other))];
        expect(filterKey(a) === filterKey(b)).toBe(JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
      }),
    );
  });

  test('no filter is the empty key', () => {
    expect(filterKey(parse(''))).toBe('');
  });
});

function sorted(filter: Filter): unknown[] {
  return Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('reading', () => {
  test('commas and repeated parameters are or, of any capitals', () => {
    expect(parse('country=mx,GT&country=Us&publisher=MX-FGR,iom')).toEqual({
      country: ['GT', 'MX', 'US'],
      publisher: ['IOM', 'mx-fgr'],
    });
  });

  test('of several severities the mildest is asked for', () => {
    expect(parse('severity=extreme,minor&severity=severe')).toEqual({ severity: ['MINOR'] });
  });

  test('a day is all of it, an instant is itself', () => {
    expect(parse('from=2026-01-31&to=2026-01-31')).toEqual({
      from: Date.UTC(2026, 0, 31),
      to: Date.UTC(2026, 1, 1) - 1,
    });
    const noon = '2026-01-31T12:00:00Z';
    expect(parse(`from=${noon}&to=${noon}`)).toEqual({ from: Date.parse(noon), to: Date.parse(noon) });
    expect(parse('from=2026-01-31T18:00:00-06:00')).toEqual({ from: Date.UTC(2026, 1, 1) });
  });

  test.each([
    ['country=ZZ', ['/country enum']],
    ['country=MX,', ['/country enum']],
    ['country=', ['/country enum']],
    ['kind=alerta&leg=BORDER', ['/kind enum', '/leg enum']],
    ['paises=MX', ['/paises parameter']],
    ['__proto__=MX&constructor=GT', ['/__proto__ parameter', '/constructor parameter']],
    ['from=yesterday', ['/from parameter/date']],
    ['from=2026-02-30&to=2026-02-31', ['/from parameter/date', '/to parameter/date']],
    ['from=2026-03-01&to=2026-02-01', ['/from parameter/period']],
    ['language=und&leg=UNRECOGNIZED', ['/language enum', '/leg enum']],
    ['since=earliest', []],
  ])('%s', (text, broken) => {
    expect(violationsOf(text)).toEqual(broken);
  });

  test('what would be taken is told', () => {
    const parsed = parseFilter(new URLSearchParams('publisher=xx-none&pais=MX'), ['since']);
    const allowed = parsed.ok ? [] : parsed.violations.map((violation) => violation.allowed);
    expect(allowed).toEqual([
      [...participants.map((p) => p.code), ...agencies.map((agency) => agency.id)],
      [...filterParameters, 'since'],
    ]);
  });

  test('whatever is asked is answered, never thrown', () => {
    const pairs = fc.array(
      fc.tuple(fc.oneof(fc.string(), fc.constantFrom(...filterParameters)), fc.string()),
    );
    fc.assert(
      fc.property(pairs, (asked) => {
        const parsed = parseFilter(new URLSearchParams(asked));
        expect(parsed.ok || parsed.violations.length > 0).toBe(true);
      }),
    );
  });
});
