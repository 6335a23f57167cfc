import { addressOf, type RecallStatus } from '@puebla/schemas';
import { useEffect, useState } from 'preact/hooks';
import { askJson } from '../core/api.ts';
import { agencyName } from '../core/directory.ts';
import { code, language, t } from '../core/language.ts';
import { session } from '../core/session.ts';
import { announce } from '../parts/announcer.tsx';
import { Instant } from '../parts/instant.tsx';
import { participantName } from '../parts/names.ts';
import { useSending } from '../parts/sending.ts';
import { ActForm } from './act-form.tsx';

/** What there is to say of an event that is not there: to whom it was, that it was taken back, and what is asked of his copies. */
export function Gone({ names }: { readonly names: readonly string[] }) {
  const [recall, setRecall] = useState<RecallStatus>();
  const [round, setRound] = useState(0);
  const isSignedIn = session.value?.signedIn === true;
  useEffect(() => {
    if (!isSignedIn) return;
    const left = new AbortController();
    const asked = { language: language.value, signal: left.signal };
    askJson<{ items: readonly RecallStatus[] }>('/v1/recalls', asked)
      .then(({ items }) => setRecall(items.find(({ address }) => isOneOf(names, address))))
      // What is asked is asked again the next time: here it is only said.
      .catch(() => undefined);
    return () => left.abort();
  }, [isSignedIn, round]);
  if (recall === undefined) return <p>{t('record.gone')}</p>;
  return (
    <>
      <p>
        {t('record.goneBack', { reason: code('RecallReason', recall.reason) })} <Instant at={recall.time} />
      </p>
      {recall.asked.length > 0 && (
        <section aria-labelledby="record-copies">
          <h3 id="record-copies">{t('record.copies')}</h3>
          <Copies recall={recall} done={() => setRound(round + 1)} />
        </section>
      )}
    </>
  );
}

/** Who of its recipients has stated what became of his copies; what is asked of the reader's agency it can state. */
export function Copies({ recall, done }: { readonly recall: RecallStatus; readonly done: () => void }) {
  return (
    <>
      <p>
        {t('record.copiesDue')} <Instant at={recall.due} />
      </p>
      <ul class="lines">
        {recall.asked.map((one) => (
          <Stated key={one.agencies.join()} {...one} />
        ))}
      </ul>
      {recall.asked.some(({ agencies }) => agencies.includes(session.value?.agency ?? '')) && (
        <Statement address={recall.address} done={done} />
      )}
    </>
  );
}

function Stated({ participant, agencies, stated, overdue }: RecallStatus['asked'][number]) {
  return (
    <li>
      <strong>{agencies.length === 1 ? agencies.map(agencyName) : participantName(participant)}</strong>{' '}
      {stated === null ? (
        <span class={overdue ? 'chip overdue' : 'chip'}>
          {t(overdue ? 'record.overdue' : 'record.notYet')}
        </span>
      ) : (
        <>
          {t(stated.statement === 'DELETED' ? 'record.deleted' : 'record.cannot')}{' '}
          {stated.reason !== null && <bdi class="said">{stated.reason}</bdi>} <Instant at={stated.time} />
        </>
      )}
    </li>
  );
}

interface StatementProps {
  readonly address: string;
  readonly done: () => void;
}

const maxReasonLength = 300;

/** What the reader's agency states of its own copies. */
function Statement({ address, done }: StatementProps) {
  const [isDeleted, setDeleted] = useState(true);
  const [reason, setReason] = useState('');
  const sending = useSending();
  const send = async (): Promise<void> => {
    const body = isDeleted ? { statement: 'DELETED' } : { statement: 'CANNOT', reason };
    if (!(await sending.post(`${address.replace('/v1/events/', '/v1/recalls/')}/statement`, body))) return;
    announce(t('record.stated'));
    done();
  };
  const choices = [
    [true, 'record.deleted'],
    [false, 'record.cannot'],
  ] as const;
  return (
    <ActForm sending={sending} onSend={send} submit={t('record.send')}>
      <fieldset>
        <legend>{t('record.statement')}</legend>
        {choices.map(([deleted, key]) => (
          <label key={key} class="choice">
            <input
              type="radio"
              name="statement"
              checked={isDeleted === deleted}
              onChange={() => setDeleted(deleted)}
            />
            {t(key)}
          </label>
        ))}
      </fieldset>
      {!isDeleted && (
        <label>
          {t('record.because')}
          <input
            required
            maxLength={maxReasonLength}
            value={reason}
            onInput={(typed) => setReason(typed.currentTarget.value)}
          />
        </label>
      )}
    </ActForm>
  );
}

function isOneOf(names: readonly string[], address: string): boolean {
  return names.some((name) => {
    const slash = name.indexOf('/');
    return addressOf(name.slice(0, slash), name.slice(slash + 1)) === address;
  });
}
