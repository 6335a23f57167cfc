import { expect, test } from 'vitest';
import { agencies, participantOfAgency } from './agencies.ts';

test('the id of every agency names its participant', () => {
  for (const { id, participant } of agencies)
    expect([id, participantOfAgency(id)?.code]).toEqual([id, participant]);
});

test.each(['', 'mx', 'mx-', '-inm', 'MX-inm', 'xx-inm', 'mx-inm ', 'mx_inm', 'mx--inm', 'toString-x'])(
  '%j names none',
  (id) => {
    expect(participantOfAgency(id)).toBeUndefined();
  },
);
