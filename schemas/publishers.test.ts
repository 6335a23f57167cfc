import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { agencyOf, canPublish, catalogue, participants, statusOf } from './index.ts';
import type { ValidEvent } from './validate.ts';

/** rules.md, canPublish: which agencies may publish a kind and which may not; `data` is sent in place of the example's. */
interface Publishers {
  readonly data?: Record<string, unknown>;
  readonly may: readonly string[];
  readonly mayNot: readonly string[];
}

describe.each(catalogue)('who publishes $name', (kind) => {
  const file = join(import.meta.dirname, 'kinds', kind.name, 'publishers.json');
  const { may, mayNot, ...sent }: Publishers = JSON.parse(readFileSync(file, 'utf8'));
  const { data } = { ...(kind.example as { data: Record<string, unknown> }), ...sent };
  const event: ValidEvent = { type: kind.name, tlp: 'CLEAR', data };

  test.each([...may.map((id) => ({ id, answer: true })), ...mayNot.map((id) => ({ id, answer: false }))])(
    '$id: $answer',
    ({ id, answer }) => {
      const agency = agencyOf(id);
      if (agency === undefined) throw new Error(`no agency ${id}`);
      expect(canPublish(agency, kind, event).length === 0).toBe(answer);
    },
  );

  test('an agency of each status is asked', () => {
    const asked = [...may, ...mayNot].map((id) => agencyOf(id)).map((agency) => agency && statusOf(agency));
    expect(new Set(asked)).toEqual(new Set(participants.map(({ status }) => status)));
  });
});
