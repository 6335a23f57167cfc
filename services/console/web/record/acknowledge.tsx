import { addressOf, symbolsOf } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { code, language, languageName, t } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';
import { announce } from '../parts/announcer.tsx';
import { useSending } from '../parts/sending.ts';
import { ActForm } from './act-form.tsx';

const maxTextLength = 4_000;

/** Answers an event: received, seen here too, and so on, with what was seen in one's own words. */
export function Acknowledge({ event, done }: { readonly event: ShownEvent; readonly done: () => void }) {
  const [answer, setAnswer] = useState('RECEIVED');
  const [text, setText] = useState('');
  const [tongue, setTongue] = useState(language.value);
  const sending = useSending();
  const send = async (): Promise<void> => {
    const observation = text.trim() === '' ? null : { language: tongue, text };
    const data = { of: addressOf(event.source, event.id), answer, observation };
    if (!(await sending.publish({ specversion: '1.0', type: 'acknowledgement', data }))) return;
    announce(t('record.acknowledged', { answer: code('AcknowledgementAnswer', answer) }));
    setText('');
    done();
  };
  return (
    <details class="act">
      <summary>{t('record.acknowledge')}</summary>
      <ActForm sending={sending} onSend={send} submit={t('record.send')}>
        <fieldset>
          <legend>{t('record.answer')}</legend>
          {symbolsOf('AcknowledgementAnswer').map((symbol) => (
            <label key={symbol} class="choice">
              <input
                type="radio"
                name="answer"
                value={symbol}
                checked={answer === symbol}
                onChange={() => setAnswer(symbol)}
              />
              {code('AcknowledgementAnswer', symbol)}
            </label>
          ))}
        </fieldset>
        <label>
          {t('record.observation')}
          <textarea
            rows={3}
            maxLength={maxTextLength}
            lang={tongue}
            value={text}
            onInput={(typed) => setText(typed.currentTarget.value)}
          />
        </label>
        <label>
          {t('record.observationLanguage')}
          <select value={tongue} onChange={(chosen) => setTongue(chosen.currentTarget.value)}>
            {symbolsOf('Language').map((tag) => (
              <option key={tag} value={tag}>
                {languageName(tag)}
              </option>
            ))}
          </select>
        </label>
        <p class="muted">{t('record.acknowledgeWho')}</p>
      </ActForm>
    </details>
  );
}
