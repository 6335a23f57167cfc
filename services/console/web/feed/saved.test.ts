import { expect, test } from 'vitest';
import { savedIn, withoutSaved, withSaved } from './saved.ts';

test('a name is kept once, and forgotten', () => {
  const one = withSaved([], { name: 'Routes', query: '?country=GT' });
  const two = withSaved(one, { name: 'Alerts', query: '?kind=alert' });
  const again = withSaved(two, { name: 'Routes', query: '?country=MX' });
  expect(again).toEqual([
    { name: 'Alerts', query: '?kind=alert' },
    { name: 'Routes', query: '?country=MX' },
  ]);
  expect(withoutSaved(again, 'Routes')).toEqual([{ name: 'Alerts', query: '?kind=alert' }]);
});

test('what stands in the browser may be anything', () => {
  expect(savedIn('{')).toBeUndefined();
  expect(savedIn('{}')).toBeUndefined();
  expect(savedIn('[null, 1, {"name": "a"}, {"name": "b", "query": "?"}]')).toEqual([
    { name: 'b', query: '?' },
  ]);
});
