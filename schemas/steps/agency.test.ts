import { expect, test } from '@jest/globals';
import { agencies } from '../agencies.ts';
import { participantNamedBy } from './agency.ts';

test('the id of every agency names its participant', () => {
  for (const { id, participant } of agencies)
    expect([id, participantNamedBy(id)?.code]).toEqual([id, participant]);
});

test.each(['', 'mx', 'mx-', '-inm', 'MX-inm', 'xx-inm', 'mx-inm ', 'mx_inm', 'mx--inm', 'toString-x'])(
  '%j names none',
  (id) => {
    expect(participantNamedBy(id)).toBeUndefined();
  },
);
