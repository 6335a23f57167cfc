import type agency from '../messages/en/agency.json';
import type common from '../messages/en/common.json';
import type decisions from '../messages/en/decisions.json';
import type feed from '../messages/en/feed.json';
import type operations from '../messages/en/operations.json';
import type practices from '../messages/en/practices.json';
import type publish from '../messages/en/publish.json';
import type record from '../messages/en/record.json';
import type trainings from '../messages/en/trainings.json';

/** The files of `messages/en`; those of other languages have the same keys (`messages.test.ts`). */
interface Areas {
  readonly agency: typeof agency;
  readonly common: typeof common;
  readonly decisions: typeof decisions;
  readonly feed: typeof feed;
  readonly operations: typeof operations;
  readonly practices: typeof practices;
  readonly publish: typeof publish;
  readonly record: typeof record;
  readonly trainings: typeof trainings;
}

type KeysOf<Area extends keyof Areas> = `${Area}.${keyof Areas[Area] & string}`;
type Keys = { [Area in keyof Areas]: KeysOf<Area> }[keyof Areas];

export type CountedKey = Keys extends infer Key ? (Key extends `${infer Stem}.other` ? Stem : never) : never;
export type MessageKey = Exclude<Keys, `${CountedKey}.${'zero' | 'one' | 'two' | 'few' | 'many' | 'other'}`>;
