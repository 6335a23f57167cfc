import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import { isRequired } from './asked.ts';
import { idOf, pointerTo, questionAt, useForm } from './context.ts';
import { Notes, noteIds, Required } from './notes.tsx';
import type { Path } from './value.ts';

interface FieldsetProps {
  readonly path: Path;
  readonly label: string;
  readonly required?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** Several controls under one name, with what is wrong with them together. */
export function Fieldset({ path, label, required = false, class: kind = '', children }: FieldsetProps) {
  const form = useForm();
  const pointer = pointerTo(path);
  return (
    <fieldset
      class={`group ${kind}`}
      id={idOf(pointer)}
      tabIndex={-1}
      aria-describedby={noteIds(form, pointer)}
    >
      <legend>
        {label}
        {required && <Required />}
      </legend>
      <Notes pointer={pointer} />
      {children}
    </fieldset>
  );
}

/** Whether the rules ask for what is there. */
export function useRequired(path: Path): boolean {
  const form = useForm();
  return useMemo(() => isRequired(questionAt(form, path)), [form.data]);
}
