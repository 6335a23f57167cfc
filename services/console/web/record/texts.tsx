import { useState } from 'preact/hooks';
import { language, languageName, t } from '../core/language.ts';
import type { Shape } from '../core/shape.ts';
import { type Data, Fields } from './fields.tsx';

/** What is said in several languages, in one of them: the reader's where it is there, never a translation of ours. */
export function Texts({ texts, shape }: { readonly texts: readonly Data[]; readonly shape: Shape }) {
  const [chosen, setChosen] = useState<number>();
  const own = texts.findIndex((text) => languageOf(text) === language.value);
  const at = chosen ?? Math.max(own, 0);
  const shown = texts[at];
  return (
    <div class="texts">
      {texts.length > 1 && (
        <fieldset class="languages">
          <legend class="unseen">{t('record.language')}</legend>
          {texts.map((text, index) => (
            <button key={index} type="button" aria-pressed={index === at} onClick={() => setChosen(index)}>
              {languageName(languageOf(text))}
            </button>
          ))}
        </fieldset>
      )}
      {shown !== undefined && <Fields data={shown} shape={shape} />}
    </div>
  );
}

function languageOf(text: Data): string {
  return String(text['language']).toLowerCase();
}
