import type { Preview, ThreadKind, Violation } from '@puebla/schemas';
import { useEffect, useRef } from 'preact/hooks';
import { ApiError } from '../core/api.ts';
import { agencyName } from '../core/directory.ts';
import { recordAddress } from '../core/event-name.ts';
import { code, counted, named, t } from '../core/language.ts';
import { session } from '../core/session.ts';
import { Marking } from '../parts/marking.tsx';
import { participantName } from '../parts/names.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { type Event, isOutcomeOpen, type Sent, useSending } from '../parts/sending.ts';
import { noteText } from './form/notes.tsx';

interface ReviewProps {
  readonly kind: ThreadKind;
  /** What will be sent, as it is. */
  readonly event: Event;
  readonly preview: Preview;
  readonly onBack: () => void;
  readonly onRefused: (violations: readonly Violation[]) => void;
  readonly onSent: (sent: Sent) => void;
}

interface Marked {
  readonly tlp: string;
  readonly danger?: string;
  readonly confirmed?: string;
}

/** Who would read it and who must sign it, before it goes. */
export function Review({ kind, event, preview, onBack, onRefused, onSent }: ReviewProps) {
  const { busy, error, publish } = useSending(onRefused);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const submit = async (): Promise<void> => {
    const sent = await publish(event);
    if (sent !== undefined) onSent(sent);
  };
  const { tlp, danger, confirmed } = event as unknown as Marked;
  return (
    <section aria-labelledby="review-heading" class="review">
      <h1 id="review-heading" ref={heading} tabIndex={-1}>
        {t('publish.reviewHeading', { kind: named(kind.title) })}
      </h1>
      <p>
        <Marking tlp={tlp} />
      </p>
      <Warnings preview={preview} />
      <Readers preview={preview} />
      {preview.signer !== null && (
        <p class="notice">{t('publish.signer', { who: agencyName(preview.signer) })}</p>
      )}
      {confirmed !== undefined && <p class="notice">{t('publish.confirmedAs', { reason: confirmed })}</p>}
      {danger !== undefined && <p class="notice">{t('publish.reviewed')}</p>}
      {error !== undefined && <NotSent error={error} event={event} again={() => void submit()} />}
      <p class="publish-end">
        <button type="button" class="primary" disabled={busy} onClick={() => void submit()}>
          {t(preview.signer === null ? 'publish.send' : 'publish.sendForSignature')}
        </button>
        <button type="button" onClick={onBack}>
          {t('publish.back')}
        </button>
      </p>
    </section>
  );
}

/** What is doubtful is confirmed by now. */
function Warnings({ preview }: { readonly preview: Preview }) {
  const warnings = preview.warnings.filter(({ rule }) => rule !== 'content/doubtful');
  if (warnings.length === 0) return null;
  return (
    <section class="notice" aria-labelledby="warnings">
      <h2 id="warnings">{t('publish.warnings')}</h2>
      <ul>
        {warnings.map((warning, index) => (
          <li key={index}>{noteText(warning)}</li>
        ))}
      </ul>
    </section>
  );
}

function Readers({ preview }: { readonly preview: Preview }) {
  return (
    <section aria-labelledby="readers">
      <h2 id="readers">{counted('publish.readers', preview.agencies)}</h2>
      {preview.public && <p>{t('publish.public')}</p>}
      <table>
        <thead>
          <tr>
            <th scope="col">{t('publish.participant')}</th>
            <th scope="col">{t('publish.status')}</th>
            <th scope="col">{t('publish.agencies')}</th>
          </tr>
        </thead>
        <tbody>
          {preview.participants.map(({ participant, status, agencies: ids }) => (
            <tr key={participant}>
              <th scope="row">{participantName(participant)}</th>
              <td>{code('Status', status)}</td>
              <td>{ids.map(agencyName).join('; ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface NotSentProps {
  readonly error: unknown;
  readonly event: Event;
  readonly again: () => void;
}

/** The same again is the same event: it has its id. What was kept under it before is shown, not written over. */
function NotSent({ error, event, again }: NotSentProps) {
  const isThere = error instanceof ApiError && error.problem.code === 'id-conflict';
  return (
    <>
      {isOutcomeOpen(error) && <p class="notice">{t('publish.outcomeOpen')}</p>}
      <ProblemNote error={error} {...(!isThere && { again })} />
      {isThere && (
        <p>
          <a href={recordAddress(`${session.value?.agency ?? ''}/${event['id']}`)}>{t('publish.isThere')}</a>
        </p>
      )}
    </>
  );
}
