import { addressOf } from '@puebla/schemas';
import { useId, useRef, useState } from 'preact/hooks';
import { code, t } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';
import { announce } from '../parts/announcer.tsx';
import { useSending } from '../parts/sending.ts';
import { Refusal } from './refusal.tsx';

export interface TakeBackProps {
  readonly event: ShownEvent;
  readonly reasons: readonly string[];
  readonly done: () => void;
}

/** Takes an event back, after a second look at what that means. */
export function TakeBack({ event, reasons, done }: TakeBackProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const { busy, error, publish } = useSending();
  const heading = useId();
  const send = async (): Promise<void> => {
    const data = { of: addressOf(event.source, event.id), reason };
    if (!(await publish({ specversion: '1.0', type: 'recall', data }))) return;
    announce(t('record.takenBack'));
    dialog.current?.close();
    done();
  };
  return (
    <>
      <button type="button" class="danger" onClick={() => dialog.current?.showModal()}>
        {t('record.takeBack')}
      </button>
      <dialog ref={dialog} aria-labelledby={heading}>
        <form
          class="act-form"
          onSubmit={(submitted) => {
            submitted.preventDefault();
            void send();
          }}
        >
          <h2 id={heading}>{t('record.takeBackHeading')}</h2>
          <p>{event.type === 'acknowledgement' ? t('record.takeBackAnswer') : t('record.takeBackAll')}</p>
          {event.tlp === 'CLEAR' && <p>{t('record.takeBackPublic')}</p>}
          <label>
            {t('record.reason')}
            <select required value={reason} onChange={(chosen) => setReason(chosen.currentTarget.value)}>
              <option value="">{t('record.choose')}</option>
              {reasons.map((symbol) => (
                <option key={symbol} value={symbol}>
                  {code('RecallReason', symbol)}
                </option>
              ))}
            </select>
          </label>
          <Refusal error={error} />
          <p class="row-of-buttons">
            <button type="button" onClick={() => dialog.current?.close()}>
              {t('record.keep')}
            </button>
            <button type="submit" class="danger" disabled={busy}>
              {t('record.takeBack')}
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}
