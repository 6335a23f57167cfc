import { setTimeout as sleep } from 'node:timers/promises';

const betweenMs = 20;

/** Whether it is refused as what may be asked again: a service is behind, or has too much to do. */
const isUnavailable = ({ status }: Response): boolean => status === 503;

/** For tests: asks again while it is refused for now, as a client does, and gives the last answer. Other tests may have given the exchange much to do. */
export async function askAgain(
  withinMs: number,
  ask: () => Promise<Response>,
  isForNow: (answer: Response) => boolean | Promise<boolean> = isUnavailable,
): Promise<Response> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (!(await isForNow(answer)) || Date.now() > deadline) return answer;
    await answer.body?.cancel();
    await sleep(betweenMs);
  }
}
