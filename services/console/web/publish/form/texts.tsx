import { useMemo } from 'preact/hooks';
import { languageName, t } from '../../core/language.ts';
import { languageField, type Shape } from '../../core/shape.ts';
import { announce } from '../../parts/announcer.tsx';
import { isRequired } from './asked.ts';
import { idOf, pointerTo, questionAt, useForm } from './context.ts';
import { Members } from './field.tsx';
import { focusAt } from './focus.ts';
import { Notes, noteIds, Required } from './notes.tsx';
import { itemsOf, languagesIn, type Path, valueAt } from './value.ts';

interface TextsProps {
  readonly shape: Extract<Shape, { is: 'texts' }>;
  readonly path: Path;
  readonly label: string;
}

/** The same texts in each language that is written: a block each. */
export function Texts({ shape, path, label }: TextsProps) {
  const form = useForm();
  const pointer = pointerTo(path);
  const items = itemsOf(valueAt(form.data, path));
  const written = languagesIn(items);
  const required = useMemo(() => isRequired(questionAt(form, path)), [form.data]);
  const add = (language: string): void => {
    form.change(path, [...items, { [languageField]: language }]);
    announce(t('publish.added', { what: languageName(language) }));
    focusAt(`${pointer}/${items.length}`);
  };
  const remove = (index: number): void => {
    const rest = items.filter((_, at) => at !== index);
    form.change(path, rest.length === 0 ? undefined : rest);
    focusAt(pointer);
  };
  return (
    <fieldset class="group" id={idOf(pointer)} tabIndex={-1} aria-describedby={noteIds(form, pointer)}>
      <legend>
        {label}
        {required && <Required />}
      </legend>
      <Notes pointer={pointer} />
      {written.map((language, index) => (
        <fieldset key={language} class="item group" id={idOf(pointerTo([...path, index]))} tabIndex={-1}>
          <legend>{language === '' ? label : languageName(language)}</legend>
          <Notes pointer={pointerTo([...path, index])} />
          <Members shape={shape.item} path={[...path, index]} without={[languageField]} />
          <p>
            <button type="button" onClick={() => remove(index)}>
              {t('publish.remove', { what: languageName(language) })}
            </button>
          </p>
        </fieldset>
      ))}
      <p class="language-buttons">
        {shape.languages
          .filter((language) => !written.includes(language))
          .map((language) => (
            <button key={language} type="button" onClick={() => add(language)}>
              {t('publish.add', { what: languageName(language) })}
            </button>
          ))}
      </p>
    </fieldset>
  );
}
