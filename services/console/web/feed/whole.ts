import { type Filter, filterKey, type KindName } from '@puebla/schemas';
import { useEffect, useMemo } from 'preact/hooks';
import { language } from '../core/language.ts';
import { type Item, itemOf, type ShownEvent } from './event.ts';
import { followFeed } from './follow.ts';
import { createFeedStore, type Entry, type FeedStore } from './store.ts';

/** An event with all that it says. */
export interface Whole extends Item {
  readonly event: ShownEvent;
}

/** Of one kind, whole: practices, trainings and decisions of all years are some hundreds. */
const mostWhole = 5_000;

export const wholeOf = (event: ShownEvent): Whole => ({ ...itemOf(event), event });
export const isWhole = (entry: Entry): entry is Whole => 'event' in entry;
const nameOf = ({ name }: Entry): string => name;

/** @param history every version of each, not the one alone that stands */
export const wholeStore = (history: boolean): FeedStore =>
  createFeedStore(mostWhole, history ? nameOf : undefined);

/**
 * All events of a kind that the reader may have, and those that come, the oldest first.
 * @param filter what of them is shown @param history every version of each, not the one alone that stands
 */
export function useWhole(
  kind: KindName,
  filter: Filter = {},
  { history = false } = {},
): { readonly store: FeedStore; readonly items: readonly Whole[] } {
  const store = useMemo(() => wholeStore(history), []);
  useEffect(() => store.narrow(filter), [filterKey(filter)]);
  useEffect(
    () =>
      followFeed(store, {
        filter: { kind: [kind] },
        since: 'earliest',
        language: language.value,
        history,
        item: wholeOf,
      }),
    [],
  );
  return { store, items: store.shown.value.filter(isWhole) };
}
