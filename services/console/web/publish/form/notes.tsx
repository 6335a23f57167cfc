import type { Violation } from '@puebla/schemas';
import type { ComponentChildren } from 'preact';
import { t } from '../../core/language.ts';
import { stepsOf } from '../../core/place.ts';
import { ruleSays } from '../../parts/rule.ts';
import { type Form, idOf, useForm } from './context.ts';
import { spanOf } from './excerpt.ts';
import { valueAt } from './value.ts';

/** What a control says of itself to whoever does not see its notes. */
export interface Described {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean;
  readonly 'aria-required': boolean;
  readonly onBlur: () => void;
}

interface LabelledProps {
  readonly pointer: string;
  readonly label: ComponentChildren;
  readonly required: boolean;
  /** Ids of what else describes it. */
  readonly more?: string;
  readonly children: (described: Described) => ComponentChildren;
}

/** A control with its label and what is wrong with it. */
export function Labelled({ pointer, label, required, more, children }: LabelledProps) {
  const form = useForm();
  const id = idOf(pointer);
  return (
    <div class="labelled">
      <label for={id}>
        {label}
        {required && <Required />}
      </label>
      {children({ ...describedAt(form, pointer, required, more) })}
      <Notes pointer={pointer} />
    </div>
  );
}

function describedAt(form: Form, pointer: string, required: boolean, more?: string): Described {
  return {
    id: idOf(pointer),
    'aria-describedby': [noteIds(form, pointer), more].filter(Boolean).join(' ') || undefined,
    'aria-invalid': form.notesAt(pointer).some(({ rule }) => rule !== 'content/doubtful'),
    'aria-required': required,
    onBlur: () => form.leave(pointer),
  };
}

export function Required() {
  return (
    <span class="required">
      <span aria-hidden="true">*</span>
      <span class="unseen"> ({t('publish.required')})</span>
    </span>
  );
}

export function noteIds({ notesAt }: Form, pointer: string): string | undefined {
  return notesAt(pointer).length === 0 ? undefined : `${idOf(pointer)}-notes`;
}

/** What is wrong or doubtful at a pointer; a part of a text is shown with what is around it. */
export function Notes({ pointer }: { readonly pointer: string }) {
  const { notesAt, texts, data } = useForm();
  const notes = notesAt(pointer);
  if (notes.length === 0) return null;
  const text = valueAt({ ...texts, data }, stepsOf(pointer));
  return (
    <ul class="notes" id={`${idOf(pointer)}-notes`}>
      {notes.map((note, index) => (
        <li key={index} class={note.rule === 'content/doubtful' ? 'note doubtful' : 'note'}>
          {noteText(note)}
          {typeof text === 'string' && note.start !== undefined && (
            <Excerpt id={idOf(pointer)} text={text} start={note.start} length={note.length ?? 0} />
          )}
        </li>
      ))}
    </ul>
  );
}

/** What is wrong, and what was found where it is a part of a text. */
export function noteText({ rule, message, finding }: Violation): string {
  const said = ruleSays(rule, message);
  return finding === undefined || !isFinding(finding) ? said : `${t(`publish.finding-${finding}`)}: ${said}`;
}

const findings = [
  'email',
  'phone',
  'identifier',
  'machine-readable-zone',
  'document-number',
  'birth-date',
  'name',
  'address',
] as const;
const isFinding = (finding: string): finding is (typeof findings)[number] =>
  findings.some((one) => one === finding);

interface ExcerptProps {
  readonly id: string;
  readonly text: string;
  readonly start: number;
  readonly length: number;
}

/** A control cannot mark a part of its text: it is shown below, and selected where it stands. */
function Excerpt({ id, text, start, length }: ExcerptProps) {
  const { before, found, after } = spanOf(text, start, length);
  return (
    <span class="excerpt">
      <bdi>
        {before}
        <mark>{found}</mark>
        {after}
      </bdi>{' '}
      <button type="button" class="link" onClick={() => selectIn(id, start, length)}>
        {t('publish.showIt')}
      </button>
    </span>
  );
}

function selectIn(id: string, start: number, length: number): void {
  const control = document.getElementById(id);
  if (!(control instanceof HTMLTextAreaElement || control instanceof HTMLInputElement)) return;
  control.focus();
  control.setSelectionRange(start, start + length);
}
