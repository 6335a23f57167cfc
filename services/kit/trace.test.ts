import { expect, test } from 'vitest';
import { traceOf, traceparentOf } from './trace.ts';

const good = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test.each([good, good.replace('-01', '-00'), good.replace('00-', 'cc-')])('%s is carried', (header) => {
  expect(traceparentOf(header)).toBe(header);
});

test.each([
  undefined,
  '',
  'x',
  good.toUpperCase(),
  good.replace('00-', 'ff-'),
  `${good}-more`,
  ` ${good}`,
  `${good}, ${good}`,
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  [good],
])('%j is left out', (header) => {
  expect(traceparentOf(header)).toBeUndefined();
});

test.each([
  ['a sound one beside a sound traceparent', good, 'vendor=1,other=x', 'vendor=1,other=x'],
  ['without a traceparent', undefined, 'vendor=1', undefined],
  ['beside a broken one', 'x', 'vendor=1', undefined],
  ['empty', good, '', undefined],
  ['longer than anybody keeps', good, 'v='.padEnd(2_001, 'x'), undefined],
  ['of other characters', good, 'vendor=ñ', undefined],
])('a tracestate: %s', (_what, traceparent, tracestate, carried) => {
  expect(traceOf({ traceparent, tracestate })).toEqual({
    traceparent: traceparent === good ? good : undefined,
    tracestate: carried,
  });
});
