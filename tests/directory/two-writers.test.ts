import { randomUUID } from 'node:crypto';
import {
  type Audit,
  type AuditLimits,
  auditTopic,
  compactedPlan,
  connectKafka,
  createAudit,
  createLog,
  createMetrics,
  ensureTopics,
  exchangeTopics,
  type FollowedDirectory,
  followDirectory,
  type Kafka,
  ProblemError,
  type SignedCaller,
  usualEraseWithinSeconds,
} from '@puebla/kit';
import {
  type AgencyId,
  type Collection,
  demonstrationRegister,
  type PersonId,
  readerOf,
} from '@puebla/schemas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStack } from '../../infra/test-addresses.ts';
import { type Changes, createChanges } from '../../services/directory/changes.ts';

/** Two instances of the directory at once, each with a register of its own, on one topic of a real broker. */

interface Instance {
  readonly kafka: Kafka;
  readonly directory: FollowedDirectory;
  readonly audit: Audit;
  readonly changes: Changes;
}

const topic = `puebla.directory.${randomUUID()}`;
const brokers = testStack().kafka.split(',');
const log = createLog({ level: 'silent' });
const open: Instance[] = [];

async function startInstance({
  seenBy = (directory) => directory,
  limits = {},
}: {
  seenBy?: (directory: FollowedDirectory) => FollowedDirectory;
  limits?: Partial<AuditLimits>;
} = {}): Promise<Instance> {
  const kafka = connectKafka({ brokers, clientId: 'directory-test' });
  const directory = await followDirectory({ kafka, log, topic });
  const audit = createAudit({ kafka, log, metrics: createMetrics(), limits });
  const changes = createChanges({ kafka, directory: seenBy(directory), topic, audit });
  const instance = { kafka, directory, audit, changes };
  open.push(instance);
  return instance;
}

let one: Instance;
let other: Instance;
beforeAll(async () => {
  const plans = exchangeTopics(usualEraseWithinSeconds).filter((plan) => plan.topic === auditTopic);
  await ensureTopics({ brokers, clientId: 'directory-admin' }, [
    ...plans,
    compactedPlan(topic, usualEraseWithinSeconds),
  ]);
  one = await startInstance();
  other = await startInstance();
  await Promise.all([one, other].map(({ changes }) => changes.seed(demonstrationRegister)));
});
afterAll(async () => {
  for (const { kafka, directory, audit, changes } of open) {
    changes.close();
    await Promise.all([directory.close(), audit.close()]);
    kafka.close();
  }
});

const callerOf = ({ directory }: Instance, agency: AgencyId, person: PersonId): SignedCaller => {
  const reader = readerOf(directory.current(), agency, person);
  if (reader === undefined) throw new Error(`${agency}/${person} is not in the directory`);
  return { reader, expiresAt: null };
};

/** What became of a change: the rules that refused it; none where it was made. */
async function outcomeOf(change: Promise<unknown>): Promise<readonly string[]> {
  try {
    await change;
    return [];
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { violations = [] } = error.details;
    return [error.code, ...violations.map(({ rule }) => rule)];
  }
}

const ask = (
  { changes }: Instance,
  collection: Collection,
  row: object,
  caller: SignedCaller,
): Promise<readonly string[]> => outcomeOf(changes.change(collection, row, caller));

const term = () => ({ from: new Date().toISOString(), to: null });
const groupRow = (group: string, status: string, participant: string) => ({
  group,
  status,
  participant,
  ...term(),
});

test('a new directory that two begin at once is filled', async () => {
  for (const { directory } of [one, other]) {
    await directory.caughtUp();
    expect(directory.register.participants).toEqual(demonstrationRegister.participants);
    expect(directory.register.people).toHaveLength(demonstrationRegister.people.length);
  }
});

test('of two changes that may not stand together one loses, and who asked is told the rule', async () => {
  const secretariat = callerOf(one, 'ts-office', 'focal');
  for (let round = 0; round < 15; round += 1) {
    const group = `EXERCISE_${round}`;
    const told = await Promise.all([
      ask(one, 'groups', groupRow(group, 'MEMBER', 'BZ'), secretariat),
      ask(other, 'groups', groupRow(group, 'OBSERVER', 'CO'), secretariat),
    ]);
    expect(told).toContainEqual([]);
    expect(told).toContainEqual(['invalid', 'directory/mixed-group']);
    for (const { directory } of [one, other]) {
      await directory.caughtUp();
      expect(directory.register.groups.filter((row) => row.group === group)).toHaveLength(1);
    }
  }
});

test('an instance that stands still between judging and writing writes nothing of it, and judges anew', async () => {
  const secretariat = callerOf(one, 'ts-office', 'focal');
  let calls = 0;
  const still = await startInstance({
    seenBy(directory) {
      let known: Pick<FollowedDirectory, 'register' | 'current'> = directory;
      return {
        ...directory,
        current: () => known.current(),
        get register() {
          return known.register;
        },
        async caughtUp() {
          await directory.caughtUp();
          known = directory;
          calls += 1;
          // The second is behind its own turn: what it judges by then is what it knew before the other's change.
          if (calls !== 2) return;
          const [register, current] = [directory.register, directory.current()];
          expect(await ask(other, 'groups', groupRow('EXERCISE', 'MEMBER', 'BZ'), secretariat)).toEqual([]);
          known = { register, current: () => current };
        },
      };
    },
  });
  expect(await ask(still, 'groups', groupRow('EXERCISE', 'OBSERVER', 'CO'), secretariat)).toEqual([
    'invalid',
    'directory/mixed-group',
  ]);
  await one.directory.caughtUp();
  const rows = one.directory.register.groups.filter(({ group }) => group === 'EXERCISE');
  expect(rows.map(({ participant }) => participant)).toEqual(['BZ']);
});

test('two who take each other’s role from them at once: one stays', async () => {
  const focal = callerOf(one, 'ts-office', 'focal');
  const row = { agency: 'ts-office', id: 'second', roles: ['focal'], ...term() };
  expect(await ask(one, 'people', row, focal)).toEqual([]);
  await other.directory.caughtUp();
  const second = callerOf(other, 'ts-office', 'second');
  const first = demonstrationRegister.people.find(
    ({ agency, id }) => agency === 'ts-office' && id === 'focal',
  );
  const told = await Promise.all([
    ask(one, 'people', { ...row, roles: ['analyst'] }, focal),
    ask(other, 'people', { ...first, roles: ['analyst'] }, second),
  ]);
  expect(told).toContainEqual([]);
  expect(told).toContainEqual(['not-permitted', 'directory/not-yours']);
  await one.directory.caughtUp();
  const left = one.directory.register.people.filter(
    ({ agency, roles }) => agency === 'ts-office' && roles.includes('focal'),
  );
  expect(left).toHaveLength(1);
});

test('what the audit cannot be told of is not changed', async () => {
  const silent = await startInstance({ limits: { maxWaiting: 0 } });
  const row = { agency: 'mx-fgr', id: 'night', roles: ['analyst'], ...term() };
  const focal = callerOf(silent, 'mx-fgr', 'focal');
  expect(await ask(silent, 'people', row, focal)).toEqual(['unavailable']);
  const isThere = async (): Promise<boolean> => {
    await one.directory.caughtUp();
    return one.directory.register.people.some(({ id }) => id === 'night');
  };
  expect(await isThere()).toBe(false);
  expect(await ask(one, 'people', row, focal)).toEqual([]);
  expect(await isThere()).toBe(true);
});
