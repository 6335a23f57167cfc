import { expect, test } from 'vitest';
import type { Whole } from '../feed/whole.ts';
import { registerOf } from './register.ts';

type Said = { step: string; due?: string | null; followUp?: string | null; title?: string };

const version = (thread: string, id: string, { step, due = null, followUp = null, title = '' }: Said) =>
  ({
    name: `ts-office/${id}`,
    thread: `ts-office/${thread}`,
    event: { data: { step, due, followUp, responsible: [], information: [{ language: 'es', title }] } },
  }) as unknown as Whole;

test('one entry a document: as it was adopted, with its due day, and what has become of it since', () => {
  const [one] = registerOf(
    [
      version('a', 'a', { step: 'RECOMMENDED', due: '2026-01-01', title: 'recommended' }),
      version('a', 'b', { step: 'ADOPTED', due: '2026-03-01', title: 'adopted' }),
      version('a', 'c', { step: 'FOLLOW_UP', followUp: 'UNDER_WAY', title: 'so far' }),
    ],
    '2026-02-01',
  );
  expect(one).toMatchObject({
    thread: 'ts-office/a',
    step: 'FOLLOW_UP',
    followUp: 'UNDER_WAY',
    due: '2026-03-01',
    dueIs: 'open',
    said: { information: [{ title: 'adopted' }] },
    told: { information: [{ title: 'so far' }] },
  });
});

test('overdue first, then what is due, the earliest first, then what has no day, and what is done last', () => {
  const items = [
    version('none', 'none', { step: 'ADOPTED' }),
    version('done', 'done', { step: 'ADOPTED', due: '2025-01-01' }),
    version('later', 'later', { step: 'ADOPTED', due: '2027-01-01' }),
    version('soon', 'soon', { step: 'ADOPTED', due: '2026-02-01' }),
    version('late', 'late', { step: 'ADOPTED', due: '2026-01-31' }),
    version('latest', 'latest', { step: 'ADOPTED', due: '2025-06-01' }),
    version('done', 'done-2', { step: 'FOLLOW_UP', followUp: 'FULFILLED' }),
  ];
  expect(registerOf(items, '2026-02-01').map(({ thread, dueIs }) => [thread.split('/')[1], dueIs])).toEqual([
    ['latest', 'late'],
    ['late', 'late'],
    ['soon', 'open'],
    ['later', 'open'],
    ['none', 'none'],
    ['done', 'done'],
  ]);
});
