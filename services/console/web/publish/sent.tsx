import type { ThreadKind } from '@puebla/schemas';
import { useEffect, useRef } from 'preact/hooks';
import { agencyName } from '../core/directory.ts';
import { recordAddress } from '../core/event-name.ts';
import { named, t } from '../core/language.ts';
import { instantText } from '../core/zone.ts';
import type { Sent } from '../parts/sending.ts';

interface SentProps {
  readonly sent: Sent;
  readonly kind: ThreadKind;
}

/** Where it is now. */
export function SentNote({ sent, kind }: SentProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { id, agency, address, draft, signer, due } = sent;
  return (
    <section class="panel sent" aria-labelledby="sent-heading">
      <h1 id="sent-heading" ref={heading} tabIndex={-1}>
        {t(address === undefined ? 'publish.waits' : 'publish.sent', { kind: named(kind.title) })}
      </h1>
      {signer !== undefined && <p>{t('publish.waitsFor', { who: agencyName(signer) })}</p>}
      {due !== undefined && <p>{t('publish.reviewUntil', { at: instantText(due) })}</p>}
      <p>
        <code>{address ?? draft}</code>
      </p>
      <p class="publish-end">
        {address === undefined ? (
          <a class="button primary" href="/agency">
            {t('publish.toDrafts')}
          </a>
        ) : (
          <a class="button primary" href={recordAddress(`${agency}/${id}`)}>
            {t('publish.toRecord')}
          </a>
        )}
        <a class="button" href="/publish">
          {t('publish.another')}
        </a>
      </p>
    </section>
  );
}
