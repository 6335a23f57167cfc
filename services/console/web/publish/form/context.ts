import type { RuleContext, ThreadKind, Violation } from '@puebla/schemas';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Question } from './asked.ts';
import type { Data, Path } from './value.ts';

/** What every control of a form knows. */
export interface Form {
  readonly kind: ThreadKind;
  /** What is written outside of the data, by its attribute. */
  readonly texts: Readonly<Record<'subject' | 'confirmed', string | undefined>>;
  readonly data: Data;
  readonly rulesContext: RuleContext;
  /** Ids of those that take part. */
  readonly agencies: readonly string[];
  /** What is to be said of the value at this pointer, now. */
  readonly notesAt: (pointer: string) => readonly Violation[];
  /** @param next the value, or what makes it of the one that is there */
  readonly change: (path: Path, next: unknown) => void;
  /** Another whenever something else than data is to be shown anew. */
  readonly version: object;
  /** The author has been there: what is wrong with it is said from now on. */
  readonly leave: (pointer: string) => void;
}

export const FormContext = createContext<Form | undefined>(undefined);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (form === undefined) throw new Error('a control outside its form');
  return form;
}

/** RFC 6901, into the event. */
export function pointerTo(path: Path): string {
  return ['data', ...path].map((token) => `/${token}`).join('');
}

/** The id of a control. */
export function idOf(pointer: string): string {
  return `f${pointer}`;
}

export function questionAt({ kind, data, rulesContext }: Form, path: Path): Question {
  return { kind, data, path, context: rulesContext };
}
