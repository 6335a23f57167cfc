import { catalogue, type Directory, type ThreadKind } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { draftsOf, dropDraft, type StoredDraft } from '../core/drafts.ts';
import { code, named, t } from '../core/language.ts';
import { ownerOf, type Session } from '../core/session.ts';
import { instantText } from '../core/zone.ts';
import type { Draft } from './event.ts';

interface KindsProps {
  readonly who: Session;
  readonly directory: Directory;
}

/** What whoever is signed in may publish, and what he has begun. */
export function Kinds({ who, directory }: KindsProps) {
  const [drafts, setDrafts] = useState(() => draftsOf(ownerOf(who)));
  const drop = ({ slot }: StoredDraft): void => {
    dropDraft(ownerOf(who), slot);
    setDrafts(draftsOf(ownerOf(who)));
  };
  return (
    <>
      <h1>{t('publish.title')}</h1>
      <p>{t('publish.which')}</p>
      <ul class="kind-list">
        {catalogue
          .filter((kind) => mayPublish(who.agency ?? '', kind, directory))
          .map((kind) => (
            <li key={kind.name}>
              <a class="button" href={`/publish?kind=${kind.name}`}>
                {named(kind.title)}
              </a>
            </li>
          ))}
      </ul>
      {drafts.length > 0 && (
        <section aria-labelledby="drafts">
          <h2 id="drafts">{t('publish.drafts')}</h2>
          <ul>
            {drafts.map((draft) => (
              <li key={draft.slot}>
                <a href={`/publish?${draft.slot}`}>{draftName(draft)}</a>{' '}
                <button type="button" class="link" onClick={() => drop(draft)}>
                  {t('publish.discard')}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function draftName({ slot, at, value }: StoredDraft): string {
  const event = slot.startsWith('kind=') ? '' : ` · ${slot.slice(slot.indexOf('=') + 1)}`;
  return `${code('Kind', (value as Draft).kind)}${event} · ${instantText(at)}`;
}

/** By status, or by an office that it holds; what else is asked of it the rules say of what is written. */
function mayPublish(id: string, { publishers, offices }: ThreadKind, directory: Directory): boolean {
  const agency = directory.agencies.get(id);
  if (agency === undefined) return false;
  return (
    publishers[agency.status] !== undefined ||
    offices?.of.some((office) => directory.offices.get(office) === id) === true
  );
}
