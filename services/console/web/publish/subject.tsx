import { t } from '../core/language.ts';
import { useForm } from './form/context.ts';
import { Labelled } from './form/notes.tsx';

interface SubjectProps {
  readonly value: string | undefined;
  readonly onChange: (subject: string | undefined) => void;
}

/** The CloudEvents attribute: what the event is about within its agency, a file's number perhaps. */
export function Subject({ value, onChange }: SubjectProps) {
  const { leave } = useForm();
  return (
    <Labelled pointer="/subject" label={t('publish.subject')} required={false} more="subject-how">
      {(described) => (
        <>
          <input
            {...described}
            type="text"
            value={value ?? ''}
            onInput={({ currentTarget: { value: text } }) => {
              leave('/subject');
              onChange(text === '' ? undefined : text);
            }}
          />
          <p id="subject-how" class="muted">
            {t('publish.subjectHow')}
          </p>
        </>
      )}
    </Labelled>
  );
}
