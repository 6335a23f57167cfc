import { agencies } from './agencies.ts';
import { groupsOfRegion, groupsOfStatus } from './audience.ts';
import type { Register, Role, Term } from './directory.ts';
import { participants, regions } from './participants.ts';

/** The end of the XII Meeting, whose participants these are. */
const sinceMeeting: Term = { from: '2007-04-27T00:00:00Z', to: null };

/** Posts, not persons: what is known of people here is what they may do. */
const peopleOfEach: Readonly<Record<string, readonly Role[]>> = {
  focal: ['focal', 'publisher', 'analyst'],
  releaser: ['releaser', 'publisher', 'analyst'],
  duty: ['publisher', 'analyst'],
};

/** What the directory begins with: the participants of the Conference, demonstration agencies, groups, who holds which office. */
export const demonstrationRegister: Register = {
  participants: participants.map(({ code, status }) => ({ ...sinceMeeting, code, status })),
  agencies: agencies.map((agency) => ({ ...sinceMeeting, ...agency })),
  people: agencies.flatMap(({ id }) =>
    Object.entries(peopleOfEach).map(([person, of]) => ({
      ...sinceMeeting,
      agency: id,
      id: person,
      roles: of,
    })),
  ),
  clearances: [],
  offices: [
    { ...sinceMeeting, office: 'PRESIDENCY', agency: 'ppt-office' },
    { ...sinceMeeting, office: 'SECRETARIAT', agency: 'ts-office' },
  ],
  sponsorships: [],
  groups: [
    ...Object.entries(groupsOfStatus).map(([group, status]) => ({
      ...sinceMeeting,
      group,
      status,
      participant: null,
    })),
    ...groupsOfRegion.flatMap((group) =>
      regions[group].map((participant) => ({
        ...sinceMeeting,
        group,
        status: 'MEMBER' as const,
        participant,
      })),
    ),
  ],
  outages: [],
  habits: [],
};
