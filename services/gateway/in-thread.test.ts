import { type Codec, currentDirectory, ProblemError } from '@puebla/kit';
import { catalogue, demonstrationRegister } from '@puebla/schemas';
import { expect, test } from 'vitest';
import { accept } from './accept.ts';
import { toldIfVoid } from './in-thread.ts';
import { createThreads } from './threads.ts';

/** Encodes as the registry's codec does, with an id that no registry gave. */
const codec: Pick<Codec, 'encode'> = {
  encode: (kind, data) => Buffer.concat([Buffer.alloc(5), kind.type.toBuffer(data)]),
};
const directory = currentDirectory(demonstrationRegister);
/** Nobody listens there. */
const nowhere = 'http://127.0.0.1:9';

test('a step that is kept is never said not to be, when the library cannot be asked whether it counts', async () => {
  const agency = directory.current().agencies.get('gt-pgn');
  const example = catalogue.find(({ name }) => name === 'referral')?.example;
  if (agency === undefined || example === undefined) throw new Error('no referral of gt-pgn');
  const event = { ...(example as object), audience: 'gt-pgn,unhcr-americas' };
  const first = accept(event, { agency, codec, directory: directory.current(), now: Date.now() });
  const threads = createThreads(() => nowhere, directory);
  const answer = { id: first.id, agency: agency.id, kind: 'referral', address: '', receipt: '' };
  const told = toldIfVoid({ threads }, agency, { ...first, thread: 'mx-fgr/1' }, undefined, answer);
  const problem = await told.catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ProblemError);
  expect(problem).toMatchObject({ code: 'outcome-unknown', details: { members: { outcome: 'unknown' } } });
});
