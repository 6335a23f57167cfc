import { useSignal } from '@preact/signals';
import { ApiError } from '../core/api.ts';
import { useWhileInSight } from '../parts/in-sight.ts';

/** A part of a page as it was last told, or why it is not. */
export type Told<Value> =
  | { readonly state: 'loading' }
  | { readonly state: 'told'; readonly value: Value }
  /** The exchange does not tell it this person, and is not asked again. */
  | { readonly state: 'closed' }
  | { readonly state: 'failed'; readonly error: unknown };

type Loads<Parts> = { readonly [Name in keyof Parts]: (left: AbortSignal) => Promise<Parts[Name]> };
type AllTold<Parts> = { readonly [Name in keyof Parts]: Told<Parts[Name]> };

const againMs = 20_000;

/** Parts that are asked again from time to time, and when something was done. @param isFor whether they are asked at all */
export function useTold<Parts extends object>(
  loads: Loads<Parts>,
  isFor: boolean,
  keys: readonly unknown[],
): { readonly told: AllTold<Parts>; readonly again: () => void } {
  const names = Object.keys(loads) as (keyof Parts)[];
  const told = useSignal(
    Object.fromEntries(names.map((name) => [name, { state: 'loading' }])) as AllTold<Parts>,
  );
  const ask = async (left: AbortSignal): Promise<'enough' | undefined> => {
    if (!isFor) return 'enough';
    const open = names.filter((name) => told.value[name].state !== 'closed');
    const asked = open.map(async (name) => {
      const answer = await toldBy(loads[name](left));
      if (!left.aborted) told.value = { ...told.value, [name]: answer };
    });
    await Promise.all(asked);
    return asked.length === 0 ? 'enough' : undefined;
  };
  const again = useWhileInSight(ask, againMs, keys);
  return { told: told.value, again };
}

async function toldBy<Value>(asked: Promise<Value>): Promise<Told<Value>> {
  try {
    return { state: 'told', value: await asked };
  } catch (error) {
    const isClosed = error instanceof ApiError && error.problem.status === 403;
    return isClosed ? { state: 'closed' } : { state: 'failed', error };
  }
}

/** Those of a list that hold, where it is told. */
export function within<Item>(
  told: Told<readonly Item[]>,
  holds: (item: Item) => boolean,
): Told<readonly Item[]> {
  return told.state === 'told' ? { state: 'told', value: told.value.filter(holds) } : told;
}
