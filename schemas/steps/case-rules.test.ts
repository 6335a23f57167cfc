import { expect, test } from 'vitest';
import example from '../kinds/referral/example.json' with { type: 'json' };
import { validateEvent } from '../validate.ts';
import { caseRules } from './case-rules.ts';

const sound = {
  state: 'BEGUN',
  follows: null,
  caseHandle: '3f0c2a52-9d1b-4e7a-8c66-1b7f0d6a9e21',
  channel: 'Canal de ejercicio',
};
const address = '/v1/events/mx-inm/1';

function broken(change: Partial<Record<keyof typeof sound, string | null>>, again = false): string[] {
  const step = { ...sound, ...change } as Parameters<typeof caseRules>[0];
  return caseRules(step, { state: 'BEGUN', again }).map(({ pointer, rule }) => `${pointer} ${rule}`);
}

test('a thread begins with a step that follows none, and goes on with steps that follow one', () => {
  expect(broken({})).toEqual([]);
  expect(broken({ state: 'LATER', follows: address })).toEqual([]);
  const wrong = ['/data/follows step/follows'];
  expect(broken({ state: 'LATER' })).toEqual(wrong);
  expect(broken({ follows: address })).toEqual(wrong);
  expect(broken({ follows: address }, true)).toEqual([]);
  expect(broken({ state: 'LATER', follows: 'https://example.org/v1/events/mx-inm/1' })).toEqual(wrong);
  expect(broken({ state: 'LATER', follows: '' })).toEqual(wrong);
});

test.each([
  '3F0C2A52-9D1B-4E7A-8C66-1B7F0D6A9E21',
  '3f0c2a52-9d1b-1e7a-8c66-1b7f0d6a9e21',
  '3f0c2a52-9d1b-4e7a-cc66-1b7f0d6a9e21',
  '3f0c2a529d1b4e7a8c661b7f0d6a9e21',
  '2026-0042-mx-expediente',
  '42',
])('%s is no random handle', (caseHandle) => {
  expect(broken({ caseHandle })).toEqual(['/data/caseHandle step/case-handle']);
});

test('crypto makes handles that are taken', () => {
  for (let i = 0; i < 100; i++) expect(broken({ caseHandle: crypto.randomUUID() })).toEqual([]);
});

test('handle and channel must be there', () => {
  expect(broken({ caseHandle: '', channel: ' ' })).toEqual([
    '/data/caseHandle required',
    '/data/channel required',
  ]);
  expect(broken({ channel: 'x'.repeat(201) })).toEqual(['/data/channel length']);
});

test.each(['3984ac6b-2546-4754-be3e-5ed7422d6180', '61663ea5-579b-4606-8320-ed6f55fe8b2e'])(
  'the digits of %s are no telephone, as a handle or in an address that is followed',
  (uuid) => {
    const answer = { state: 'ACCEPTED', follows: `/v1/events/gt-pgn/${uuid}`, caseHandle: uuid };
    const event = { ...example, source: 'unhcr-americas', data: { ...example.data, ...answer } };
    expect(validateEvent(event, Date.UTC(2026, 3, 1))).toMatchObject({ ok: true });
  },
);
