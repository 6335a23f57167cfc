import { exampleEvent } from '../exchange.ts';

/** The exchange that is measured, and who speaks to it. */
export interface Target {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly agency: string;
}

/** Publishes one event, and gives its receipt: what follows it follows that cursor. */
export async function publishOne(target: Target, id: string): Promise<string> {
  const answer = await fetch(`${target.url}/v1/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/cloudevents+json', Authorization: `Bearer ${target.token}` },
    body: JSON.stringify(exampleEvent('alert', id)),
  });
  if (answer.status !== 201) throw new Error(`publishing was answered ${answer.status}`);
  const { receipt } = (await answer.json()) as { receipt: string };
  return receipt;
}

/** The q-quantile, 0 to 1, of some figures. */
export function quantile(figures: readonly number[], q: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(q * (sorted.length - 1))] ?? Number.NaN;
}
