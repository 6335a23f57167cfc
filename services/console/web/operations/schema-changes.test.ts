import { expect, test } from 'vitest';
import { schemaChanges } from './schema-changes.ts';

const alert = (more: readonly object[] = [], symbols = ['LOW', 'HIGH']) => ({
  type: 'record',
  name: 'Alert',
  fields: [
    ...more,
    { name: 'type', type: ['null', { type: 'enum', name: 'Type', symbols }], default: null },
    { name: 'places', type: { type: 'array', items: { type: 'record', name: 'Place', fields: [] } } },
  ],
});

test('a schema does not differ from itself', () => {
  expect(schemaChanges(alert(), alert())).toEqual([]);
});

test('a field that comes before others is the one change', () => {
  const added = { name: 'since', type: 'string', default: '' };
  expect(schemaChanges(alert(), alert([added]))).toEqual([
    { place: 'since', before: undefined, after: added },
  ]);
});

test('a symbol that comes or goes is told with its field', () => {
  expect(schemaChanges(alert(), alert([], ['LOW', 'HIGHER', 'HIGH']))).toEqual([
    { place: 'type › HIGHER', before: undefined, after: 'HIGHER' },
  ]);
  expect(schemaChanges(alert(), alert([], ['LOW']))).toEqual([
    { place: 'type › HIGH', before: 'HIGH', after: undefined },
  ]);
});
