import { demonstrationRegister } from '@puebla/schemas';
import type { World } from './world.ts';

/** The directory that an exchange begins with, as its data say it. */
export function demonstrationWorld(): World {
  const { participants, agencies, groups, offices } = demonstrationRegister;
  const byGroup = Map.groupBy(groups, ({ group }) => group);
  return {
    statuses: Object.fromEntries(participants.map(({ code, status }) => [code, status])),
    agencies: Object.fromEntries(agencies.map(({ id, participant }) => [id, participant])),
    groups: Object.fromEntries(
      [...byGroup].map(([group, rows]) => [
        group,
        {
          status: rows[0]?.status ?? '',
          some: rows.some(({ participant }) => participant === null)
            ? ('all' as const)
            : rows.flatMap(({ participant }) => participant ?? []),
        },
      ]),
    ),
    offices: Object.fromEntries(offices.map(({ office, agency }) => [office, agency])),
    cleared: [],
    sponsors: {},
  };
}
