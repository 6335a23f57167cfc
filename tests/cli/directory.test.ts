import { randomUUID } from 'node:crypto';
import { clientSecrets } from '@puebla/kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askAsSystem, signIn, tokensOf } from '../../services/directory/sign-in/flow.ts';
import { onThisMachine } from '../../services/kit/test-clock.ts';
import { exampleEvent, startTestExchange, type TestExchange } from '../exchange.ts';
import { whenApplied } from '../http/ask.ts';
import { headersOf } from '../stream/ways-out.ts';
import { puebla, runCommand } from './puebla.ts';

/** The directory as people change it: by commands; and what becomes of those whom they add and end. */

const outWithinMs = 5_000;

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startTestExchange({ directory: { topic: `puebla.directory.${randomUUID()}` } });
});
afterAll(() => exchange.close());

type Row = Readonly<Record<string, unknown>>;

const run = (args: readonly string[], input = ''): ReturnType<typeof runCommand> =>
  runCommand(exchange, args, input);

/** What the command says, which goes well. */
async function done<Answer = readonly Row[]>(command: string, by: string, input = ''): Promise<Answer> {
  const { code, out, said } = await run(['directory', ...command.split(' '), '--as', by], input);
  expect([code, said]).toEqual([0, '']);
  return JSON.parse(out);
}
const refused = (command: string, by: string): ReturnType<typeof run> =>
  run(['directory', ...command.split(' '), '--as', by]);

describe('what is there', () => {
  test('is listed as it stands now, then, or whole, for one agency or participant', async () => {
    const mexican = await done('list agencies --participant MX', 'gt-mp');
    expect(mexican.map(({ id }) => id)).toEqual(['mx-fgr', 'mx-inm', 'mx-dif', 'mx-comar']);
    expect(await done('list people --agency mx-fgr', 'mx-inm/focal')).toHaveLength(3);
    expect(await done('list agencies --participant mx --at 2000-01-01', 'gt-mp')).toEqual([]);
    const handed = 'put offices --office PRESIDENCY --agency hn-inm --from 2100-01-01';
    expect(await done(handed, 'ts-office/focal')).toHaveLength(2);
    const holders = async (more: string) =>
      (await done(`list offices ${more}`, 'mx-fgr')).flatMap(({ office, agency }) =>
        office === 'PRESIDENCY' ? [agency] : [],
      );
    expect(await holders('--at 2099-12-31')).toEqual(['ppt-office']);
    expect(await holders('--at 2100-01-01T00:00:00Z')).toEqual(['hn-inm']);
    expect(await holders('--all')).toEqual(['ppt-office', 'hn-inm']);
    const withdraw = `end offices PRESIDENCY/2100-01-01T00:00:00.000Z`;
    expect((await done(withdraw, 'ts-office/focal')).map(({ agency }) => agency)).toEqual([
      'ppt-office',
      'hn-inm',
    ]);
    expect(await holders('--at 2100-01-01')).toEqual(['ppt-office']);
    const twice = await refused(withdraw, 'ts-office/focal');
    expect([twice.code, twice.said]).toEqual([0, 'nothing was changed: it says so already\n']);
    const table = await run(['directory', 'list', 'offices', '--as', 'mx-fgr', '-o', 'table']);
    expect(table.out).toMatch(/^KEY +SAYS +FROM +TO\n/);
    expect(table.out).toMatch(/^SECRETARIAT\/2007-04-27T00:00:00Z +ts-office +2007-04-27T00:00:00Z +-$/m);
  });

  test('is shown by its key, with its date or of now', async () => {
    const row = await done<Row>('show offices SECRETARIAT', 'mx-fgr');
    expect(row).toMatchObject({ office: 'SECRETARIAT', agency: 'ts-office', to: null });
    expect(await done<Row>(`show offices SECRETARIAT/${row['from']}`, 'mx-fgr')).toEqual(row);
    expect((await done<Row>('show people mx-fgr/duty', 'mx-fgr/focal'))['roles']).toEqual([
      'publisher',
      'analyst',
    ]);
    for (const key of ['agencies mx-none', 'people gt-mp/duty', 'offices SECRETARIAT/2000-01-01T00:00:00Z'])
      expect((await refused(`show ${key}`, 'mx-fgr/focal')).code).toBe(5);
  });
});

describe('what is put', () => {
  const name = { es: 'EJERCICIO', en: 'EXERCISE' };

  test('is a row from a file, or by options; what is not said of a known one stays', async () => {
    const row = { id: 'cr-exercise', participant: 'CR', name };
    const [written] = await done('put agencies -', 'cr-oij/focal', JSON.stringify(row));
    expect(written).toMatchObject({ ...row, to: null });
    const [renamed] = await done('put agencies --id cr-exercise --name-en EXERCISE-2', 'cr-oij/focal');
    expect(renamed).toEqual({ ...written, name: { ...name, en: 'EXERCISE-2' } });
    const [limited] = await done(
      'put people --agency cr-exercise --id night --roles analyst --to 2100-01-01',
      'cr-oij/focal',
    );
    expect(limited).toMatchObject({ roles: ['analyst'], to: '2100-01-01T00:00:00.000Z' });
    const [open] = await done('put people --agency cr-exercise --id night --to never', 'cr-oij/focal');
    expect(open).toEqual({ ...limited, to: null });
    const again = await run(['directory', 'put', 'agencies', '--id', 'cr-exercise', '--as', 'cr-oij/focal']);
    expect([again.code, again.out, again.said]).toEqual([
      0,
      '[]\n',
      'nothing was changed: it says so already\n',
    ]);
  });

  test('a clearance counts once a second focal point has put the same', async () => {
    const command = 'put clearances --agency cr-oij --person duty';
    expect((await done(command, 'cr-oij/focal'))[0]?.['by']).toEqual(['cr-oij/focal']);
    expect((await done(command, 'cr-pani/focal'))[0]?.['by']).toEqual(['cr-oij/focal', 'cr-pani/focal']);
    expect((await done('end clearances cr-oij/duty', 'cr-pani/focal'))[0]?.['to']).not.toBeNull();
    expect(await done('list clearances', 'cr-oij/focal')).toEqual([]);
  });

  test('everybody of a status is in a group by *', async () => {
    const command = 'put groups --group EXERCISE --status OBSERVER --participant *';
    expect((await done(command, 'ts-office/focal'))[0]?.['participant']).toBeNull();
    await done('end groups EXERCISE/*', 'ts-office/focal');
    expect((await done('list groups', 'mx-fgr')).some(({ group }) => group === 'EXERCISE')).toBe(false);
  });

  test('and is refused with its rule: to whom it is not for to change, and what may not be', async () => {
    const notYours = await refused('end agencies mx-inm', 'gt-mp/focal');
    expect([notYours.code, notYours.out]).toEqual([6, '']);
    expect(notYours.said).toContain('directory/not-yours');
    const wrong = await refused('put people --agency mx-fgr --id María --roles chief', 'mx-fgr/focal');
    expect([wrong.code, wrong.out]).toEqual([3, '']);
    for (const said of ['/id', 'directory/person-id', '/roles', 'enum', 'releaser'])
      expect(wrong.said).toContain(said);
    expect((await refused('put agencies --id mx-exercise', 'mx-fgr/focal')).said).toContain('/name');
    expect((await refused('list people', 'mx-fgr')).code).toBe(6);
    expect((await refused('end offices SECRETARIAT --at soon', 'ts-office/focal')).code).toBe(2);
    expect((await refused('put agencies - --id x', 'mx-fgr/focal')).code).toBe(2);
  });
});

describe('who was added later', () => {
  const token = async (...who: string[]): Promise<string> => {
    const { code, out, said } = await run(['token', ...who]);
    expect([code, said]).toEqual([0, '']);
    return out.trim();
  };
  const publish = async (as: string): Promise<{ readonly status: number; readonly path: string }> => {
    const id = randomUUID();
    const event = { ...exampleEvent('alert', id), tlp: 'AMBER_STRICT', audience: 'mx-fgr' };
    const answer = await exchange.post(as, event);
    return { status: answer.status, path: `/v1/events/bz-exercise/${id}` };
  };
  /** Once the library has what was published before. */
  const read = async (path: string, as: string): Promise<number> =>
    (await whenApplied(() => fetch(`${exchange.url}${path}`, { headers: headersOf(as) }))).status;
  const asSystem = async (agency: string) =>
    askAsSystem(exchange.url, agency, (await clientSecrets(exchange.home))(agency));

  test('signs in, publishes and reads; and is out within seconds once he is ended', async () => {
    // A participant that nobody manages any more: the last one ends himself.
    for (const agency of ['bz-immigration', 'bz-atips', 'bz-police'])
      await done(`end people ${agency}/focal`, 'bz-police/focal');
    const first = 'put people --agency bz-police --id first --roles focal';
    expect((await refused(first, 'gt-mp/focal')).code).toBe(6);
    await done(first, 'ts-office/focal');
    expect((await refused(first.replace('first ', 'second '), 'ts-office/focal')).code).toBe(6);

    const added = 'put agencies --id bz-exercise --participant BZ --name-es EJERCICIO --name-en EXERCISE';
    expect((await run(['token', 'bz-exercise'])).code).toBe(6);
    expect((await run(['client', 'bz-exercise'])).code).toBe(6);
    await done(added, 'bz-police/first');
    await done('put people --agency bz-exercise --id night --roles publisher,analyst', 'bz-police/first');

    const system = await token('bz-exercise');
    const person = await token('bz-exercise', '--person', 'night');
    const { client_id, client_secret } = JSON.parse((await run(['client', 'bz-exercise'])).out);
    const grant = tokensOf(await askAsSystem(exchange.url, client_id, client_secret)).access_token;
    const signed = (await signIn(exchange.url, 'bz-exercise/night')).access_token;
    const all = [system, person, grant, signed];
    for (const as of all) {
      const { status, path } = await publish(as);
      expect(status).toBe(201);
      for (const reader of all) expect(await read(path, reader)).toBe(200);
      expect(await read(path, await token('bz-police'))).toBe(404);
    }
    const listed = JSON.parse((await run(['token', '--list'])).out);
    expect(listed).toContainEqual(expect.objectContaining({ id: 'bz-exercise', participant: 'BZ' }));

    const personBegan = Date.now();
    await done('end people bz-exercise/night', 'bz-police/first');
    await untilRefused([person, signed]);
    expect(Date.now() - personBegan).toBeLessThan(onThisMachine(outWithinMs));
    expect((await publish(system)).status).toBe(201);
    const noPerson = await run(['token', 'bz-exercise', '--person', 'night']);
    expect([noPerson.code, noPerson.out]).toEqual([6, '']);

    const agencyBegan = Date.now();
    await done('end agencies bz-exercise', 'bz-police/first');
    await untilRefused(all);
    expect(Date.now() - agencyBegan).toBeLessThan(onThisMachine(outWithinMs));
    for (const command of ['token', 'client']) {
      const { code, out } = await run([command, 'bz-exercise']);
      expect([code, out]).toEqual([6, '']);
    }
    expect((await asSystem('bz-exercise')).status).toBe(401);
    const reborn = await refused(added, 'bz-police/first');
    expect([reborn.code, reborn.said]).toEqual([3, expect.stringContaining('directory/ended')]);
  });

  async function untilRefused(tokens: readonly string[]): Promise<void> {
    const deadline = Date.now() + 60_000;
    for (const as of tokens) {
      for (;;) {
        const statuses = [(await publish(as)).status, await read('/v1/events', as)];
        if (statuses.every((status) => status === 401)) break;
        if (Date.now() > deadline) throw new Error(`still in: ${statuses}`);
      }
    }
  }
});

test('a refusal is told in the language of the person’s system', async () => {
  const { said } = await puebla({ PUEBLA_HOME: exchange.home, LC_ALL: 'es_MX.UTF-8', LANG: 'es_MX.UTF-8' }, [
    'directory',
    'end',
    'agencies',
    'mx-inm',
    '--as',
    'gt-mp/focal',
    '--url',
    exchange.url,
  ]);
  expect(said).toContain('Lo cambia el punto focal de ese participante, o la Secretaría.');
});
