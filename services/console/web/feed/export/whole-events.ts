import { nameOf, type ShownEvent } from '../event.ts';
import { type Followed, pagesOf } from '../follow.ts';

/** All that the exchange says of the events of these names, in the order in which they came. Rejects with ApiError */
export async function wholeEvents(
  asked: Followed,
  names: ReadonlySet<string>,
): Promise<readonly ShownEvent[]> {
  const events = new Map<string, ShownEvent>();
  for await (const { items } of pagesOf(asked)) {
    for (const item of items)
      if (!('withdrawn' in item) && names.has(nameOf(item))) events.set(nameOf(item), item);
  }
  return [...events.values()];
}
