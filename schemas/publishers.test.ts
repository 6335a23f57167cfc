import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  canPublish,
  demonstrationRegister,
  directoryAt,
  kinds,
  participants,
  type Tlp,
  tlpMarkings,
} from './index.ts';
import type { ValidEvent } from './validate.ts';

/**
 * rules.md, canPublish: how an agency may mark a kind, none if it may not publish it. `data` is sent in place of the example's; `(agency)` in
 * it stands for who sends it.
 */
interface Publishers {
  readonly data?: unknown;
  readonly markings: Readonly<Record<string, readonly Tlp[]>>;
}

const directory = directoryAt(demonstrationRegister, Date.UTC(2026, 5, 1));

describe.each(kinds)('who publishes $name', (kind) => {
  const file = join(import.meta.dirname, 'kinds', kind.name, 'publishers.json');
  const { markings, ...sent }: Publishers = JSON.parse(readFileSync(file, 'utf8'));
  const { data: asked } = { ...(kind.example as { data: unknown }), ...sent };

  test.each(Object.entries(markings))('%s: %j', (id, expected) => {
    const agency = directory.agencies.get(id);
    if (agency === undefined) throw new Error(`no agency ${id}`);
    const data: Record<string, unknown> = JSON.parse(JSON.stringify(asked).replaceAll('(agency)', id));
    const taken = tlpMarkings.filter((tlp) => {
      const audience = tlp === 'AMBER_STRICT' || tlp === 'RED' ? { audience: 'gt-pgn' } : {};
      const event: ValidEvent = { type: kind.name, tlp, ...audience, data };
      const permission = canPublish(agency, kind, event, directory);
      // The marking is the kind's, whether the exchange carries it yet or not.
      return permission.ok;
    });
    expect(taken).toEqual(expected);
  });

  test('an agency of each status is asked', () => {
    const asked = Object.keys(markings).map((id) => directory.agencies.get(id)?.status);
    expect(new Set(asked)).toEqual(new Set(participants.map(({ status }) => status)));
  });
});
