import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, askJson } from '../core/api.ts';
import { code, language, t } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';
import { Instant } from '../parts/instant.tsx';
import { Marking } from '../parts/marking.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Fields } from './fields.tsx';

export interface RecordProps {
  /** `<agency>/<id>` */
  readonly name: string;
  readonly onClose: () => void;
  readonly onOpen: (name: string) => void;
}

interface Thread {
  readonly thread: string;
  readonly kind: string;
  readonly items: readonly ShownEvent[];
}

/** One event whole, with its thread, beside the list. */
export function Record({ name, onClose, onOpen }: RecordProps) {
  const [thread, setThread] = useState<Thread>();
  const [error, setError] = useState<unknown>();
  const heading = useRef<HTMLHeadingElement>(null);
  const load = (signal?: AbortSignal): void => {
    setError(undefined);
    const asked = { language: language.value, ...(signal && { signal }) };
    askJson<Thread>(`/v1/threads/${pathOf(name)}`, asked)
      .then(setThread)
      .catch((problem: unknown) => signal?.aborted || setError(problem));
  };
  useEffect(() => {
    const left = new AbortController();
    load(left.signal);
    heading.current?.focus();
    return () => left.abort();
  }, [name]);
  const event = thread?.items.find(({ source, id }) => `${source}/${id}` === name);
  return (
    <aside class="record" aria-labelledby="record-heading">
      <header class="record-head">
        <h2 id="record-heading" ref={heading} tabIndex={-1}>
          {event === undefined ? name : code('Kind', event.type)}
        </h2>
        <button type="button" class="plain" onClick={onClose} aria-label={t('common.close')}>
          ✕
        </button>
      </header>
      {error !== undefined &&
        (isGone(error) ? <p>{t('record.gone')}</p> : <ProblemNote error={error} again={() => load()} />)}
      {event !== undefined && <Whole event={event} />}
      {thread !== undefined && thread.items.length > 1 && (
        <section aria-labelledby="record-thread">
          <h3 id="record-thread">{t('record.thread')}</h3>
          <ol class="thread">
            {thread.items.map((one) => {
              const its = `${one.source}/${one.id}`;
              return (
                <li key={its} aria-current={its === name ? 'true' : undefined}>
                  <button type="button" class="link" onClick={() => onOpen(its)}>
                    {code('Kind', one.type)} · {its}
                  </button>{' '}
                  <Instant at={one.recordedtime} />
                </li>
              );
            })}
          </ol>
        </section>
      )}
    </aside>
  );
}

function Whole({ event }: { readonly event: ShownEvent }) {
  return (
    <>
      <dl class="facts-list">
        <dt>{t('record.marking')}</dt>
        <dd>
          <Marking tlp={event.tlp} /> {event.audience}
        </dd>
        <dt>{t('record.source')}</dt>
        <dd>{event.source}</dd>
        <dt>{t('record.time')}</dt>
        <dd>
          <Instant at={event.time} />
        </dd>
        <dt>{t('record.recorded')}</dt>
        <dd>
          <Instant at={event.recordedtime} />
        </dd>
        <dt>{t('record.address')}</dt>
        <dd>
          <code>{`${event.source}/${event.id}`}</code>
        </dd>
      </dl>
      <Fields data={event.data} />
    </>
  );
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.problem.status === 404;
}

/** The parts of a name, each fit for an address. */
function pathOf(name: string): string {
  const slash = name.indexOf('/');
  return `${encodeURIComponent(name.slice(0, slash))}/${encodeURIComponent(name.slice(slash + 1))}`;
}
