import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryOf } from './arbitrary.ts';
import { compileCheck, type Findings, maxViolations } from './avro-check.ts';
import { tlpMarkings } from './code-lists.ts';
import { catalogue, type Kind } from './index.ts';
import { validateEvent } from './validate.ts';

const today = Date.UTC(2026, 3, 1);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function exampleOf(kind: Kind): Record<string, unknown> & { data: Record<string, unknown> } {
  return JSON.parse(JSON.stringify(kind.example));
}

function rulesBroken(input: unknown): string[] {
  const checked = validateEvent(input, today);
  return checked.ok ? [] : checked.violations.map(({ pointer, rule }) => `${pointer} ${rule}`);
}

describe.each(catalogue)('$name', (kind) => {
  const example = exampleOf(kind);

  test('whatever is sent as data is answered, never thrown', () => {
    fc.assert(
      fc.property(fc.jsonValue(), arbitraryOf(kind.type), fc.string(), (anything, data, name) => {
        for (const sent of [anything, data, { ...example.data, [name]: anything }]) {
          const checked = validateEvent({ ...example, data: sent }, today);
          expect(checked.ok || checked.violations.length > 0).toBe(true);
        }
      }),
    );
  });

  test('whatever is in one field, what is wrong elsewhere is said too', () => {
    const names = Object.keys(example.data);
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        const broken = rulesBroken({
          ...example,
          id: 'a/b',
          data: { ...example.data, [name]: value, extra: 1 },
        });
        expect(broken).toEqual(expect.arrayContaining(['/id id', '/data/extra unknown-field']));
      }),
    );
  });

  test('what is of the Avro type is found to be so, by this check and by avsc', () => {
    const check = compileCheck(kind.type);
    fc.assert(
      fc.property(arbitraryOf(kind.type), (data) => {
        const found: Findings = { violations: [], paths: [] };
        check(data, ['data'], found);
        expect(found.violations).toEqual([]);
        expect(kind.type.isValid(data, { noUndeclaredFields: true })).toBe(true);
      }),
    );
  });

  test('what is taken is read back equal, with the defaults of what was left out', () => {
    let taken = 0;
    const changes = arbitraryOf(kind.type).filter(isRecord);
    fc.assert(
      fc.property(fc.subarray(Object.keys(example.data)), changes, (left, change) => {
        const data: Record<string, unknown> = { ...example.data };
        for (const name of left) if (name in change) data[name] = change[name];
        const checked = validateEvent({ ...example, data }, today);
        if (!checked.ok) return;
        taken++;
        const read: unknown = JSON.parse(JSON.stringify(kind.type.fromBuffer(kind.type.toBuffer(data))));
        expect(read).toMatchObject(readForm(data));
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  test('what is read may be sent again', () => {
    const read = kind.type.fromBuffer(kind.type.toBuffer(example.data));
    expect(rulesBroken({ ...example, data: JSON.parse(JSON.stringify(read)) })).toEqual([]);
  });

  test('the facets of what was sent are those of what is read', () => {
    const read = kind.type.fromBuffer(kind.type.toBuffer(example.data));
    expect(kind.facets(read)).toEqual(kind.facets(example.data));
  });
});

/** JSON as it is read: instants in UTC to the millisecond, no minus zero. */
function readForm(data: object): object {
  return JSON.parse(JSON.stringify(data), (_, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/i.test(value)
      ? new Date(value).toISOString()
      : value,
  );
}

const [alert] = catalogue;
if (alert === undefined) throw new Error('the catalogue is empty');
const example = exampleOf(alert);

test('whatever is sent as an event is answered, never thrown', () => {
  const attributes = fc.dictionary(
    fc.constantFrom(...Object.keys(example), 'x', '__proto__', ''),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), attributes), (event) => {
      expect(validateEvent(event, today).ok).toBe(false);
    }),
  );
});

test('depth is no danger: a body nested a hundred thousand times is an unknown field', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
  expect(rulesBroken({ ...example, data: { ...example.data, deep } })).toEqual(['/data/deep unknown-field']);
  expect(rulesBroken({ ...example, data: { ...example.data, groups: deep } })).toEqual([
    '/data/groups/0 type',
  ]);
});

test('names that objects have by nature are unknown fields like others', () => {
  const data: unknown = JSON.parse(
    JSON.stringify(example.data).replace(
      '{',
      '{"__proto__":{"status":"ACTUAL"},"constructor":1,"toString":2,',
    ),
  );
  expect(rulesBroken({ ...example, data })).toEqual([
    '/data/__proto__ unknown-field',
    '/data/constructor unknown-field',
    '/data/toString unknown-field',
  ]);
});

test('a list in the place of a record is no record', () => {
  expect(rulesBroken({ ...example, data: { ...example.data, source: [], places: [[]] } })).toEqual([
    '/data/places/0 type',
    '/data/source type',
  ]);
});

test('an answer is bounded, and says that it is', () => {
  const data = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`field${i}`, i]));
  const broken = rulesBroken({ ...example, data });
  expect(broken).toHaveLength(maxViolations + 1);
  expect(broken.at(-1)).toBe(' too-many');
  expect(rulesBroken({ ...example, ...data })).toHaveLength(maxViolations + 1);
});

test('a long name of a field is cut, and a slash in it escaped', () => {
  expect(rulesBroken({ ...example, 'a/b~c': 1, data: { ...example.data, ['n'.repeat(500)]: 1 } })).toEqual([
    '/a~1b~0c unknown-field',
    `/data/${'n'.repeat(64)} unknown-field`,
  ]);
});

test('an attribute that is null is not there', () => {
  expect(rulesBroken({ ...example, id: null, time: null, audience: null })).toEqual([]);
  expect(rulesBroken({ ...example, tlp: null, data: null })).toEqual(['/tlp required', '/data required']);
  const { tlp: _tlp, ...unmarked } = example;
  expect(validateEvent(unmarked)).toMatchObject({
    violations: [{ pointer: '/tlp', rule: 'required', allowed: tlpMarkings }],
  });
});

test('an attribute is a text, of a length, and clean', () => {
  expect(rulesBroken({ ...example, id: 7, source: 'x'.repeat(3000), subject: 'a\u0000' })).toEqual([
    '/id type',
    '/source length',
    '/subject text',
  ]);
});

test.each(['.', '..', '', 'a/b', 'ñ', 'x'.repeat(129)])('%s is no id', (id) => {
  expect(rulesBroken({ ...example, id })).toEqual(['/id id']);
});

test('WHITE is CLEAR by its older name', () => {
  const checked = validateEvent({ ...example, tlp: 'WHITE' }, today);
  expect(checked.ok && checked.event.tlp).toBe('CLEAR');
});

test('a media type may have parameters', () => {
  expect(rulesBroken({ ...example, datacontenttype: 'Application/JSON; charset=utf-8' })).toEqual([]);
});

test('a trace context that is not well formed is left out, not refused', () => {
  const trace = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const kept = validateEvent({ ...example, traceparent: trace, tracestate: 'a=b' }, today);
  expect(kept).toMatchObject({ ok: true, event: { traceparent: trace, tracestate: 'a=b' } });
  const left = validateEvent({ ...example, traceparent: '00-zz', tracestate: 'a=b' }, today);
  expect(left.ok && Object.keys(left.event)).not.toEqual(expect.arrayContaining(['traceparent']));
});

test('an event has the attributes that it came with, and no other', () => {
  const { data } = example;
  const least = { specversion: '1.0', type: 'alert', tlp: 'GREEN', data };
  expect(validateEvent(least, today)).toEqual({
    ok: true,
    kind: alert,
    event: { type: 'alert', tlp: 'GREEN', data },
  });
  const given = {
    id: 'a',
    source: 'mx-fgr',
    type: 'alert',
    time: '2026-03-04T18:20:00Z',
    subject: 's',
    tlp: 'GREEN',
    audience: 'MX',
    usecode: 'H0',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    tracestate: 'a=b',
    data,
  };
  const checked = validateEvent({ specversion: '1.0', datacontenttype: 'application/json', ...given }, today);
  expect(checked).toEqual({ ok: true, kind: alert, event: given });
});

test('the data is the one that came in, not a copy', () => {
  const checked = validateEvent(example, today);
  expect(checked.ok && checked.event.data).toBe(example.data);
});

test('what says who somebody is is told by its span, and never repeated', () => {
  const description = 'EJERCICIO. Escriba a avisos@ejercicio.example.';
  const information = [{ language: 'es', headline: 'EJERCICIO', description }];
  const alert = catalogue.find(({ name }) => name === 'alert');
  if (alert === undefined) throw new Error('no alerts');
  const example = exampleOf(alert);
  const event = { ...example, data: { ...example.data, information } };
  const checked = validateEvent(event, today);
  const violations = checked.ok ? [] : checked.violations;
  expect(violations).toMatchObject([
    { rule: 'content/personal-data', pointer: '/data/information/0/description', finding: 'email' },
  ]);
  const [{ start = 0, length = 0 } = {}] = violations;
  expect(description.slice(start, start + length)).toBe('avisos@ejercicio.example');
  expect(JSON.stringify(violations)).not.toContain('ejercicio.example');
});
