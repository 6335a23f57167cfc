import { catalogue, type Directory, type ThreadKind, threadKindOf } from '@puebla/schemas';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { askJson } from '../core/api.ts';
import { directory, loadDirectory } from '../core/directory.ts';
import { draftsOf } from '../core/drafts.ts';
import { pathOf } from '../core/event-name.ts';
import { language, t } from '../core/language.ts';
import { ownerOf, type Session, session, signInAddress } from '../core/session.ts';
import { recordShapeOf } from '../core/shape.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Compose } from './compose.tsx';
import { type Draft, newDraft, nextVersion, type Standing } from './event.ts';
import { Kinds } from './kinds.tsx';
import './publish.css';

/** Writes an event: of which kind, or of which a new version, says the address. */
export function PublishPage() {
  const { url } = useLocation();
  const who = session.value;
  const { search } = new URL(url, location.href);
  return (
    <main id="main" class="page publish">
      {who?.signedIn === true ? <Begun key={search} who={who} asked={askedIn(search)} /> : <SignedOut />}
    </main>
  );
}

function SignedOut() {
  return (
    <>
      <h1>{t('publish.title')}</h1>
      <p>{t('publish.signInFirst')}</p>
      <p>
        <a class="button primary" href={signInAddress()}>
          {t('common.signIn')}
        </a>
      </p>
    </>
  );
}

/** What the address asks for. */
export interface Asked {
  readonly kind?: ThreadKind;
  /** `<agency>/<id>` of which a new version is written. */
  readonly event?: string;
  /** The version ends it. */
  readonly ends: boolean;
}

function askedIn(search: string): Asked {
  const parameters = new URLSearchParams(search);
  const kind = threadKindOf(parameters.get('kind') ?? '');
  const cancel = parameters.get('cancel');
  const event = cancel ?? parameters.get('update');
  return { ...(kind && { kind }), ...(event !== null && { event }), ends: cancel !== null };
}

interface Ready {
  readonly directory: Directory;
  readonly kind?: ThreadKind;
  /** Undefined where the kind has no versions, or the event is another's. */
  readonly draft?: Draft;
}

function Begun({ who, asked }: { readonly who: Session; readonly asked: Asked }) {
  const [ready, setReady] = useState<Ready>();
  const [error, setError] = useState<unknown>();
  const load = (signal: AbortSignal): void => {
    setError(undefined);
    begin(who, asked, signal)
      .then(setReady)
      .catch((problem: unknown) => signal.aborted || setError(problem));
  };
  useEffect(() => {
    const left = new AbortController();
    load(left.signal);
    return () => left.abort();
  }, []);
  if (error !== undefined)
    return <ProblemNote error={error} again={() => load(new AbortController().signal)} />;
  if (ready === undefined) return <p role="status">{t('publish.loading')}</p>;
  const { directory: today, kind, draft } = ready;
  if (asked.kind === undefined && asked.event === undefined) return <Kinds who={who} directory={today} />;
  if (kind === undefined || draft === undefined) return <p>{t('publish.noVersion')}</p>;
  return (
    <Compose
      kind={kind}
      first={draft}
      who={who}
      slot={slotOf(asked)}
      directory={today}
      update={asked.event}
    />
  );
}

const slotOf = ({ kind, event, ends }: Asked): string =>
  event === undefined ? `kind=${kind?.name}` : `${ends ? 'cancel' : 'update'}=${event}`;

async function begin(who: Session, asked: Asked, signal: AbortSignal): Promise<Ready> {
  await loadDirectory();
  const today = directory.value;
  if (today === undefined) throw new Error('there is a directory once it is loaded');
  if (asked.event !== undefined) {
    const event = await askJson<Standing>(`/v1/events/${pathOf(asked.event)}`, {
      language: language.value,
      signal,
    });
    const kind = threadKindOf(event.type);
    // What belongs to an office is gone on with by whoever holds it.
    const isOwn = event.source === who.agency || kind?.offices !== undefined;
    if (kind === undefined || !isOwn) return { directory: today };
    const next = nextVersion(kind, recordShapeOf(kind.avro), event, asked.ends);
    return { directory: today, kind, ...(next && { draft: storedDraft(who, slotOf(asked)) ?? next }) };
  }
  const { kind } = asked;
  if (kind === undefined) return { directory: today };
  return {
    directory: today,
    kind,
    draft: storedDraft(who, slotOf(asked)) ?? newDraft(kind, recordShapeOf(kind.avro), language.value),
  };
}

/** What was begun and not sent. */
function storedDraft(who: Session, slot: string): Draft | undefined {
  const stored = draftsOf(ownerOf(who)).find((draft) => draft.slot === slot)?.value as Draft | undefined;
  return catalogue.some(({ name }) => name === stored?.kind) ? stored : undefined;
}
