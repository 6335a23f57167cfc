import { randomUUID } from 'node:crypto';
import { connectKafka, createLog, followThreads } from '@puebla/kit';
import { expect, test } from 'vitest';
import { eventRecord, openStage } from './stage.ts';

test('what a gateway in another process has taken back is not shown by its address from then on', async () => {
  const stage = await openStage(process.env);
  const library = await stage.library();
  await stage.whole();
  const kafka = connectKafka({ ...stage.kafka.options, clientId: 'another-process' });
  const gateways = await followThreads({ kafka, log: createLog({ level: 'silent' }) });
  try {
    for (let round = 0; round < 60; round += 1) {
      const id = randomUUID();
      await stage.send([eventRecord(stage.codec, { id })]);
      const path = `/v1/events/mx-fgr/${id}`;
      expect((await library.ask(path)).status).toBe(200);
      const about = { agency: 'mx-fgr', tlp: 'CLEAR', kind: 'alert', of: path } as const;
      const recalled = {
        ...about,
        recall: `mx-fgr/${randomUUID()}`,
        reason: 'INCORRECT',
        at: Date.now(),
      } as const;
      await gateways.write([{ name: `mx-fgr/${id}`, offset: Number.MAX_SAFE_INTEGER, state: { recalled } }]);
      // 503 while the view is behind, as for what is not there.
      expect([404, 503]).toContain((await library.askOnce(path)).status);
    }
  } finally {
    await gateways.close();
    kafka.close();
    await stage.close();
  }
});
