import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { demonstrationRegister } from '@puebla/schemas';
import { ask } from './ask.ts';
import { NotHealed } from './faults.ts';
import type { Change, DirectoryNote, Intrusion } from './history.ts';
import { type Mint, signedAs } from './tokens.ts';

/** Changes the directory, as those whom the rules let change it. */
export interface Secretariat {
  readonly notes: readonly DirectoryNote[];
  readonly intrusions: readonly Intrusion[];
  /** Asks until it is done. One at a time. @throws NotHealed when it is refused, or not done within a bound */
  change(change: Change): Promise<void>;
  close(): void;
}

interface Row {
  readonly collection: string;
  readonly row: { readonly from: string; readonly to: string | null; readonly [field: string]: unknown };
}

const answerMs = 10_000;
const retryMs = 500;
const boundMs = 180_000;
/** Posts, not persons: what the demonstration begins with. */
const focal = 'focal';
const firstHolder = 'ts-office';
/** Focal points of a participant change its agencies. */
const focalAgencyOf = (participant: string): string =>
  demonstrationRegister.agencies.find((agency) => agency.participant === participant)?.id ?? '';

/** Two agencies whose focal points clear a person of a participant. */
const giversOf = (person: string): readonly string[] =>
  demonstrationRegister.agencies
    .filter(({ participant }) => person.startsWith(`${participant.toLowerCase()}-`))
    .slice(0, 2)
    .map(({ id }) => id);

export function startSecretariat(url: string, mint: Mint): Secretariat {
  const agent = new Agent({ keepAlive: true });
  const notes: DirectoryNote[] = [];
  const intrusions: Intrusion[] = [];
  /** Rows that stand, by what they are about. */
  const standing = new Map<string, Row>();
  let holder = firstHolder;

  const post = async ({ collection, row }: Row, agency: string): Promise<number> => {
    const headers = { 'Content-Type': 'application/json', ...(await signedAs(mint, agency, focal)()) };
    const asked = { method: 'POST', headers, agent, timeoutMs: answerMs };
    const said = await ask(`${url}/v1/directory/${collection}`, asked, JSON.stringify(row)).catch(() => {});
    return said?.status ?? 0;
  };
  const byWhom = (change: Change): string => {
    if (change.what === 'agency') return focalAgencyOf(change.participant);
    return change.what === 'sponsorship' && !change.begins ? change.sponsor : holder;
  };
  /** By each in turn; the first answer that does not take it. */
  const postBy = async (row: Row, agencies: readonly string[]): Promise<number> => {
    for (const agency of agencies) {
      const status = await post(row, agency);
      if (status !== 200) return status;
    }
    return 200;
  };
  /** Who had the office before asks for something that its holder may ask for. */
  const intrude = async (by: string): Promise<void> => {
    const row = rowOf({ what: 'group', group: 'EXERCISE_INTRUSION', participant: 'BZ', joins: true });
    const status = await post(row, by);
    if (status !== 0) intrusions.push({ at: performance.now(), by, status });
  };

  return {
    notes,
    intrusions,
    async change(change) {
      const askedAt = performance.now();
      const place = notes.push({ change, askedAt, doneAt: Number.POSITIVE_INFINITY }) - 1;
      const about = subjectOf(change);
      let row = rowOf(change, standing.get(about));
      let by = byWhom(change);
      let wasOpen = false;
      for (let status = 0; status !== 200; ) {
        status = await postBy(row, change.what === 'clearance' ? giversOf(change.person) : [by]);
        // It began too long ago, so nothing of it was written.
        if (status === 422) row = rowOf(change, standing.get(about));
        // It may be done, with an answer that was lost: then it is the next holder who says it again.
        const isHandedOver = status === 403 && wasOpen && change.what === 'office' && by !== change.agency;
        if (isHandedOver) by = change.agency;
        else if (performance.now() > askedAt + boundMs || [401, 403].includes(status))
          throw new NotHealed(`the directory answers ${status} to a change of ${about}`);
        wasOpen ||= status === 0 || status >= 500;
        if (status !== 200) await sleep(retryMs);
      }
      notes[place] = { change, askedAt, doneAt: performance.now() };
      standing.set(about, row);
      if (change.what !== 'office') return;
      const before = holder;
      holder = change.agency;
      await intrude(before);
    },
    close: () => agent.destroy(),
  };
}

function subjectOf(change: Change): string {
  switch (change.what) {
    case 'agency':
      return change.agency;
    case 'group':
      return `${change.group} ${change.participant}`;
    case 'status':
      return change.participant;
    case 'office':
      return change.office;
    case 'clearance':
      return change.person;
    case 'sponsorship':
      return change.sponsored;
  }
}

/** @param standing the row that an end is written to */
function rowOf(change: Change, standing?: Row): Row {
  const now = new Date().toISOString();
  const ended = standing === undefined ? undefined : { ...standing, row: { ...standing.row, to: now } };
  const term = { from: now, to: null };
  switch (change.what) {
    case 'agency': {
      const { agency: id, participant, begins } = change;
      const name = { es: 'EJERCICIO', en: 'EXERCISE' };
      const row = { collection: 'agencies', row: { id, participant, name, ...term } };
      return begins || ended === undefined ? row : ended;
    }
    case 'group': {
      const { group, participant, joins } = change;
      const row = { collection: 'groups', row: { group, status: 'MEMBER', participant, ...term } };
      return joins || ended === undefined ? row : ended;
    }
    case 'status': {
      const { participant: code, status } = change;
      return { collection: 'participants', row: { code, status, ...term } };
    }
    case 'office': {
      const { office, agency } = change;
      return { collection: 'offices', row: { office, agency, ...term } };
    }
    case 'clearance': {
      const [agency, person] = change.person.split('/');
      const row = { collection: 'clearances', row: { agency, person, ...term } };
      return change.begins || ended === undefined ? row : ended;
    }
    case 'sponsorship': {
      const { sponsor, sponsored, begins } = change;
      const row = { collection: 'sponsorships', row: { sponsor, sponsored, ...term } };
      return begins || ended === undefined ? row : ended;
    }
  }
}
