import { computed, signal } from '@preact/signals';
import { type Filter, filterKey, kindOf, matches } from '@puebla/schemas';
import type { Item } from './event.ts';

/** What is kept; of more the oldest go, and the list says so. */
const mostItems = 50_000;

export type Connection =
  | { readonly state: 'loading'; readonly loaded: number }
  | { readonly state: 'live' }
  | { readonly state: 'lost'; readonly since: number };

/** A place at which something may be missing: it stands in the list where it was met. */
export interface Gap {
  readonly type: 'gap';
  readonly name: string;
  readonly reason: string;
  readonly at: number;
}
export type Entry = Item | Gap;

export const isGap = (entry: Entry): entry is Gap => 'type' in entry;

export function itemsIn(entries: readonly Entry[]): readonly Item[] {
  return entries.filter((entry): entry is Item => !isGap(entry));
}

export interface Heard {
  /** `<agency>/<id>` of a thread's first event; where it is withdrawn, of any event. */
  readonly name: string;
  readonly withdrawn: boolean;
}

/** The events of the feed by the order in which they came; each is there once, its newest version alone. */
export interface FeedStore {
  /** What passes the filter of this moment, the newest last. */
  readonly shown: { readonly value: readonly Entry[] };
  readonly connection: { value: Connection };
  /** So many are kept at most. */
  readonly most: number;
  /** Some older events were let go of. */
  readonly cut: { readonly value: boolean };
  /** Shows those alone of what is there already, at once. */
  narrow(filter: Filter): void;
  add(entries: readonly Entry[]): void;
  /** Tells what is heard of a thread, or of one event, from now on. @returns what ends it */
  listen(listener: (heard: Heard) => void): () => void;
  /** What stood in a thread, or the event of this name, is not for the reader any more. */
  withdraw(name: string): void;
  clear(): void;
}

/** @param placeOf of several entries with one place the newest is kept */
export function createFeedStore(most = mostItems, placeOf = placeOfThread): FeedStore {
  let entries: Entry[] = [];
  let places = new Map<string, Entry>();
  const listeners = new Set<(heard: Heard) => void>();
  const tell = (heard: Heard): void => {
    for (const listener of listeners) listener(heard);
  };
  const version = signal(0);
  const filter = signal<Filter>({});
  const cut = signal(false);
  const connection = signal<Connection>({ state: 'loading', loaded: 0 });
  const key = computed(() => filterKey(filter.value));
  const shown = computed(() => {
    void version.value;
    if (key.value === '') return entries.slice();
    const asked = filter.value;
    return entries.filter((entry) => isGap(entry) || matches(asked, entry, entry.facets));
  });

  function remove(gone: ReadonlySet<Entry>): void {
    if (gone.size > 0) entries = entries.filter((entry) => !gone.has(entry));
  }

  return {
    shown,
    connection,
    most,
    cut,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    narrow(next) {
      filter.value = next;
    },
    add(added) {
      if (added.length === 0) return;
      const replaced = new Set<Entry>();
      for (const entry of added) {
        const place = placeOf(entry);
        const before = places.get(place);
        if (before !== undefined) replaced.add(before);
        places.set(place, entry);
      }
      remove(replaced);
      entries.push(...added.filter((entry) => places.get(placeOf(entry)) === entry));
      if (entries.length > most) {
        for (const entry of entries.splice(0, entries.length - most)) {
          places.delete(placeOf(entry));
        }
        cut.value = true;
      }
      version.value += 1;
      for (const entry of added) if (!isGap(entry)) tell({ name: entry.thread, withdrawn: false });
    },
    withdraw(name) {
      const gone = entries.filter((entry) => !isGap(entry) && (entry.name === name || entry.thread === name));
      for (const entry of gone) places.delete(placeOf(entry));
      remove(new Set(gone));
      version.value += 1;
      tell({ name, withdrawn: true });
    },
    clear() {
      entries = [];
      places = new Map();
      cut.value = false;
      version.value += 1;
    },
  };
}

/** Versions of one event share a place; each answer and step has its own. */
function placeOfThread(entry: Entry): string {
  if (isGap(entry)) return entry.name;
  const kind = kindOf(entry.kind);
  const isVersion = kind !== undefined && kind.answer === undefined && kind.machine === undefined;
  return isVersion ? entry.thread : entry.name;
}
