import { agencies } from '@puebla/schemas';
import type { ChildExchange } from '../child-exchange.ts';

const wanted = 60;

/** Tokens of sixty agencies: those of the demonstration, and as many as are missing, added to the directory. */
export async function tokensOfAgencies(exchange: ChildExchange): Promise<string[]> {
  const added = Array.from({ length: wanted - agencies.length }, (_, n) => `mx-exercise${n}`);
  const authorization = `Bearer ${await exchange.token('mx-fgr/focal')}`;
  for (const id of added) {
    const row = {
      id,
      participant: 'MX',
      name: { es: 'EJERCICIO', en: 'EXERCISE' },
      from: new Date().toISOString(),
      to: null,
    };
    const answer = await fetch(`${exchange.url}/v1/directory/agencies`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', authorization },
      body: JSON.stringify(row),
    });
    if (answer.status !== 200) throw new Error(`an agency was answered ${answer.status}`);
  }
  const ids = [...agencies.map(({ id }) => id), ...added];
  return Promise.all(ids.map((id) => exchange.token(id)));
}
