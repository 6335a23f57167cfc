import { agencies } from './agencies.ts';
import type { Register, Term } from './directory.ts';
import { participants, regions, type Status } from './participants.ts';

/** The end of the XII Meeting, whose participants these are. */
const sinceMeeting: Term = { from: '2007-04-27T00:00:00Z', to: null };

/** Groups that an audience may name, by the status of all that are in them (rules.md, Audience). */
const groupsOfStatus: Readonly<Record<string, Status>> = {
  MEMBERS: 'MEMBER',
  OBSERVERS: 'OBSERVER',
  ORGANIZATIONS: 'ORGANIZATION',
  CIVIL_SOCIETY: 'CIVIL_SOCIETY',
  GUESTS: 'GUEST',
};
/** The Caribbean is a region to filter by: it would mix statuses. */
const groupsOfRegion = ['CA4', 'CENTRAL_AMERICA', 'NORTH_AMERICA'] as const;

/** What the directory begins with: the participants of the Conference, demonstration agencies, groups, who holds which office. */
export const demonstrationRegister: Register = {
  participants: participants.map(({ code, status }) => ({ ...sinceMeeting, code, status })),
  agencies: agencies.map((agency) => ({ ...sinceMeeting, ...agency })),
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
};
