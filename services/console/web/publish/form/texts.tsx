import { languageName, t } from '../../core/language.ts';
import { languageField, type Shape } from '../../core/shape.ts';
import { announce } from '../../parts/announcer.tsx';
import { pointerTo, useForm } from './context.ts';
import { Members } from './field.tsx';
import { Fieldset, useRequired } from './fieldset.tsx';
import { focusAt } from './focus.ts';
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
  const required = useRequired(path);
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
    <Fieldset path={path} label={label} required={required}>
      {written.map((language, index) => (
        <Fieldset
          key={language}
          path={[...path, index]}
          label={language === '' ? label : languageName(language)}
          class="item"
        >
          <Members shape={shape.item} path={[...path, index]} without={[languageField]} />
          <p>
            <button type="button" onClick={() => remove(index)}>
              {t('publish.remove', { what: languageName(language) })}
            </button>
          </p>
        </Fieldset>
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
    </Fieldset>
  );
}
