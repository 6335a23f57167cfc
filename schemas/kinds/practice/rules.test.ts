import { expect, test } from 'vitest';
import { practice } from './rules.ts';

const now = Date.UTC(2026, 3, 1);

function broken(change: Record<string, unknown>): string[] {
  const data = {
    theme: 'CHILDREN',
    information: [{ language: 'es', title: 'Ejercicio', summary: 'Resumen' }],
    appliedIn: ['GT'],
    ...change,
  };
  return practice
    .rules(data, { tlp: 'CLEAR', now })
    .map(({ pointer, rule }) => `${pointer.slice(6)} ${rule}`);
}

test('theme, a text and where it was applied are enough', () => {
  expect(broken({})).toEqual([]);
  expect(broken({ period: null, contact: null, source: null, links: [], tags: [] })).toEqual([]);
});

test('whoever takes part may have applied it, organizations too', () => {
  expect(broken({ appliedIn: ['IOM', 'CO', 'RNCOM'] })).toEqual([]);
  expect(broken({ appliedIn: [] })).toEqual(['appliedIn required']);
});

test('a contact is an office that can be reached', () => {
  expect(
    broken({ contact: { office: 'Oficina', email: 'oficina@example.org', url: 'https://example.org' } }),
  ).toEqual([]);
  expect(broken({ contact: { office: ' ', url: 'mailto:x' } })).toEqual([
    'contact/office required',
    'contact/url url',
  ]);
  expect(broken({ contact: { office: 'x'.repeat(301) } })).toEqual(['contact/office length']);
});

test('tags are words of any language of the region, few and short', () => {
  expect(broken({ tags: ['niñez', 'trata-de-personas', 'año-2024', 'x'.repeat(40)] })).toEqual([]);
  expect(broken({ tags: ['a--b', 'Trata', 'x'.repeat(41), 'ok', 'ok'] })).toEqual([
    'tags/0 practice/tag',
    'tags/1 practice/tag',
    'tags/2 practice/tag',
    'tags/4 unique',
  ]);
  expect(broken({ tags: Array.from({ length: 31 }, (_, i) => `t${i}`) })).toEqual(['tags length']);
});

test('a link is an address that can be followed', () => {
  expect(broken({ links: [{ url: 'https://example.org/guía?a=1' }] })).toEqual([]);
  expect(
    broken({ links: [{ url: 'http://' }, { url: `https://example.org/${'x'.repeat(2000)}` }, undefined] }),
  ).toEqual(['links/0/url url', 'links/1/url length']);
});

test('the facets: countries alone of where it was applied, its theme, and no end while it goes on', () => {
  const facets = practice.facets({
    theme: 'CHILDREN',
    appliedIn: ['GT', 'IOM'],
    groups: ['CHILDREN'],
    information: [{ language: 'es' }, { language: 'en' }],
    period: { from: '2024-02-01', to: null },
  });
  expect(facets).toEqual({
    countries: ['GT'],
    category: 'CHILDREN',
    legs: [],
    exploitation: [],
    groups: ['CHILDREN'],
    severity: null,
    languages: ['es', 'en'],
    from: Date.UTC(2024, 1, 1),
    to: null,
  });
  expect(practice.facets({ period: { from: '2024-02-01', to: '2024-02-01' } }).to).toBe(
    Date.UTC(2024, 1, 2) - 1,
  );
});
