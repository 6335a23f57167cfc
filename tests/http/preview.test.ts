import { randomUUID } from 'node:crypto';
import { agencyOf, type Preview } from '@puebla/schemas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tableEvents, tableReaders, tableRegister } from '../../schemas/handling-table.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { expectProblem, type Json, types, whenApplied } from './ask.ts';

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { register: tableRegister } });
});
afterAll(() => exchange.close());

const ask = async (agency: string, event: Json, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${exchange.url}/v1/events/preview`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/cloudevents+json',
      Authorization: `Bearer ${await exchange.token(agency)}`,
      ...headers,
    },
    body: JSON.stringify(event),
  });

async function previewOf(agency: string, event: Json): Promise<Preview> {
  const answer = await ask(agency, event);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${answer.status} ${text}`);
  expect(answer.headers.get('cache-control')).toBe('private, no-store');
  return JSON.parse(text) as Preview;
}

/** Without what depends on what this agency has published in other tests. */
const rulesOf = ({ warnings }: Preview): string[] =>
  warnings.filter(({ rule }) => rule !== 'unusual/agency').map(({ pointer, rule }) => `${pointer} ${rule}`);

describe('the table of who may read what', () => {
  test.each(tableEvents.filter(({ written }) => !written))(
    'row $row: $kind of $agency, $tlp for $audience, is foretold',
    async ({ kind, agency, tlp, audience, readers, may }) => {
      const places = [{ leg: 'TRANSIT', country: agencyOf(agency)?.participant }];
      const event = {
        ...exampleEvent(kind, randomUUID(), kind === 'alert' ? { places } : {}),
        tlp,
        ...(audience === undefined ? {} : { audience }),
      };
      const preview = await previewOf(agency, event);
      const agencies = preview.participants.flatMap((one) => one.agencies);
      expect(agencies.filter((id) => tableReaders.includes(id)).sort()).toEqual(
        // It names agencies, never persons.
        may.filter((id) => id !== null && !id.includes('/')).sort(),
      );
      expect(preview.public).toBe(may.includes(null));
      expect(preview.readers).toBe(readers ?? null);
      expect(preview.agencies).toBe(agencies.length);
    },
  );
});

test('readers come by participant, with its status', async () => {
  const { participants } = await previewOf('mx-fgr', { ...alert(), tlp: 'AMBER', audience: 'GT,co-fgn' });
  expect(participants).toEqual([
    { participant: 'GT', status: 'MEMBER', agencies: ['gt-igm', 'gt-pgn', 'gt-svet', 'gt-mp'] },
    { participant: 'MX', status: 'MEMBER', agencies: ['mx-fgr'] },
    { participant: 'CO', status: 'OBSERVER', agencies: ['co-fgn'] },
  ]);
});

test('an audience that the kind does not reach as a rule is warned of, in both languages', async () => {
  expect(rulesOf(await previewOf('mx-fgr', { ...alert(), tlp: 'AMBER', audience: 'CA4' }))).toEqual([]);
  expect(rulesOf(await previewOf('mx-fgr', { ...alert(), tlp: 'AMBER', audience: 'CA4,ES' }))).toEqual([
    '/audience unusual/readers',
  ]);
  expect(rulesOf(await previewOf('mx-fgr', { ...alert(), tlp: 'GREEN' }))).toEqual(['/tlp unusual/readers']);
  const open = await previewOf('mx-fgr', alert());
  expect(rulesOf(open)).toEqual(['/tlp unusual/public']);
  expect(open.warnings[0]?.message).toMatch(/^\S.+ \/ \S.+$/);
  expect(rulesOf(await previewOf('iom-regional', exampleEvent('statistic', randomUUID())))).toEqual([]);
});

test('an audience that the agency itself does not reach as a rule is warned of, also after a restart', async () => {
  const agency = 'bz-atips';
  const to = (audience: string): Json => ({ ...alert(), tlp: 'AMBER', audience });
  // As many as are remembered: whatever else it has published is forgotten.
  const before = Array.from({ length: 50 }, () => to('GT'));
  const batch = { 'Content-Type': types.batch };
  expect((await exchange.post(await exchange.token(agency), before, batch)).status).toBe(201);
  const isWarned = async (audience: string): Promise<boolean> => {
    const { warnings } = await previewOf(agency, to(audience));
    const found = warnings.find(({ rule }) => rule === 'unusual/agency');
    if (found !== undefined) expect(found.message).toMatch(/^\S.+ \/ \S.+$/);
    return found !== undefined;
  };
  const asked = async (): Promise<boolean[]> => [await isWarned('GT'), await isWarned('GT,SV')];
  expect(await asked()).toEqual([false, true]);
  await exchange.restart();
  expect(await asked()).toEqual([false, true]);
  expect((await exchange.post(await exchange.token(agency), to('SV'))).status).toBe(201);
  expect(await asked()).toEqual([false, false]);
});

test('whoever signs before it is published is named', async () => {
  const signerOf = async (tlp: string, audience?: string): Promise<string | null> =>
    (await previewOf('mx-fgr', { ...alert(), tlp, ...(audience && { audience }) })).signer;
  expect([await signerOf('GREEN'), await signerOf('RED', 'gt-mp')]).toEqual([null, 'mx-fgr']);
});

test('an answer is read by whom its event says, and refused where there is none', async () => {
  const acknowledgement = (of: string): Json => ({
    specversion: '1.0',
    id: randomUUID(),
    type: 'acknowledgement',
    data: { of, answer: 'RECEIVED' },
  });
  const published = await fetch(`${exchange.url}/v1/events`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/cloudevents+json',
      Authorization: `Bearer ${await exchange.token('mx-fgr')}`,
    },
    body: JSON.stringify(alert()),
  });
  const { address } = (await published.json()) as { address: string };
  const answer = await whenApplied(() => ask('gt-mp', acknowledgement(address)));
  const { readers, participants } = (await answer.json()) as Preview;
  expect(readers).toBe('mx-fgr');
  expect(participants.flatMap(({ agencies }) => agencies).sort()).toEqual(['gt-mp', 'mx-fgr']);
  const ofNothing = acknowledgement(`/v1/events/mx-fgr/${randomUUID()}`);
  await expectProblem(await whenApplied(() => ask('gt-mp', ofNothing)), 'invalid');
  const ofItsOwn = acknowledgement(address);
  await expectProblem(await whenApplied(() => ask('mx-fgr', ofItsOwn)), 'not-permitted');
});

test('what would be refused is refused, and nothing is published', async () => {
  const id = randomUUID();
  await expectProblem(await ask('iom-regional', alert()), 'not-permitted');
  await expectProblem(await ask('mx-fgr', { ...alert(), data: {} }), 'invalid');
  await expectProblem(await ask('mx-fgr', alert(), { 'Content-Type': 'application/x-ndjson' }), 'media-type');
  await expectProblem(await ask('mx-none', alert()), 'agency-unknown');
  await previewOf('mx-fgr', exampleEvent('alert', id));
  const looked = await whenApplied(() => fetch(`${exchange.url}/v1/events/mx-fgr/${id}`));
  expect(looked.status).toBe(404);
});

const alert = (): Json => exampleEvent('alert', randomUUID());
