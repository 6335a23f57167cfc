import { ownsEvent } from '@puebla/schemas';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { agencyName, directory, loadDirectory } from '../core/directory.ts';
import { code, t } from '../core/language.ts';
import { session } from '../core/session.ts';
import { itemOf, type ShownEvent } from '../feed/event.ts';
import { headlineOf } from '../parts/headline.ts';
import { Instant } from '../parts/instant.tsx';
import { Marks } from '../parts/marks.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import { Acknowledge } from './acknowledge.tsx';
import { actsOn, answered, noActs } from './acts.ts';
import { Fields } from './fields.tsx';
import { Gone } from './gone.tsx';
import { History } from './history.tsx';
import { NewVersion } from './new-version.tsx';
import { OpenRecord } from './open.ts';
import { Acknowledged, WhoReads } from './readers.tsx';
import './record.css';
import { nameOfEvent } from '../core/event-name.ts';
import { recordOf } from '../core/shape.ts';
import { Steps } from './steps.tsx';
import { TakeBack } from './take-back.tsx';
import { type Feed, isGone, type Thread, useThread } from './thread.ts';

export interface RecordProps {
  /** `<agency>/<id>` */
  readonly name: string;
  readonly feed: Feed;
  readonly onClose: () => void;
  readonly onOpen: (name: string) => void;
}

/** One event whole, with its thread and what may be done with it, beside the list. */
export function Record({ name, feed, onClose, onOpen }: RecordProps) {
  const { thread, error, names, again } = useThread(name, feed);
  const heading = useRef<HTMLHeadingElement>(null);
  const isSignedIn = session.value?.signedIn === true;
  useEffect(() => heading.current?.focus(), [name]);
  useEffect(() => {
    // Without it nothing is offered; what the record says is there all the same.
    if (isSignedIn) loadDirectory().catch(() => undefined);
  }, [isSignedIn]);
  const close = (): void => {
    onClose();
    focusOn(name);
  };
  const event = thread?.items.find((one) => nameOfEvent(one) === name);
  const item = event && itemOf(event);
  const headline = item && headlineOf(item);
  return (
    <OpenRecord.Provider value={onOpen}>
      <aside class="record" aria-labelledby="record-heading">
        <header class="record-head">
          <div class="record-title">
            {item !== undefined && <Marks item={item} />}
            <h2 id="record-heading" ref={heading} tabIndex={-1} lang={headline?.language}>
              <bdi>{headline?.text ?? (event === undefined ? name : code('Kind', event.type))}</bdi>
            </h2>
          </div>
          <button type="button" class="plain" onClick={close} aria-label={t('common.close')}>
            ✕
          </button>
        </header>
        {thread === undefined && isGone(error) && <Gone names={names} />}
        {error !== undefined && !isGone(error) && <ProblemNote error={error} again={again} />}
        {event !== undefined && thread !== undefined && <Whole event={event} thread={thread} again={again} />}
      </aside>
    </OpenRecord.Provider>
  );
}

/** Whoever closes a record goes on where he opened it. */
function focusOn(name: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`main [data-name="${CSS.escape(name)}"] a`)?.focus();
  });
}

interface WholeProps {
  readonly event: ShownEvent;
  readonly thread: Thread;
  readonly again: () => void;
}

function Whole({ event, thread, again }: WholeProps) {
  const known = directory.value;
  const who = known?.agencies.get(session.value?.agency ?? '');
  const acts = known === undefined || who === undefined ? noActs : actsOn(event, thread, who, known);
  const isOwn = who !== undefined && known !== undefined && ownsEvent(who.id, answered(event), known);
  return (
    <>
      <Facts event={event} />
      <Steps thread={thread} states={acts.steps} directory={known} done={again} />
      <Fields data={event.data} shape={recordOf(event.type)} />
      {(acts.acknowledge || acts.recall.length > 0 || isOwn) && (
        <section class="acts" aria-labelledby="record-acts">
          <h3 id="record-acts">{t('record.acts')}</h3>
          {isOwn && <NewVersion event={event} />}
          {acts.acknowledge && <Acknowledge event={event} done={again} />}
          {acts.recall.length > 0 && <TakeBack event={event} reasons={acts.recall} done={again} />}
        </section>
      )}
      {thread.items.length > 1 && <History thread={thread} name={nameOfEvent(event)} />}
      {who !== undefined && (isOwn || event.ackby !== undefined) && <Acknowledged event={event} />}
      {isOwn && <WhoReads event={event} />}
      <Raw event={event} />
    </>
  );
}

/** What stands on the envelope. */
function Facts({ event }: { readonly event: ShownEvent }) {
  const { source, sponsor, office, signedby, danger, usecode, subject } = event;
  return (
    <dl class="facts-list">
      {usecode !== undefined && <Fact name={t('record.usecode')}>{code('UseCode', usecode)}</Fact>}
      {danger !== undefined && (
        <Fact name={t('record.danger')}>
          <span class="chip overdue">{code('Danger', danger)}</span> {t('record.oneSignature')}
        </Fact>
      )}
      <Fact name={t('record.source')}>{agencyName(source)}</Fact>
      {office !== undefined && <Fact name={t('record.office')}>{code('Office', office)}</Fact>}
      {sponsor !== undefined && <Fact name={t('record.sponsor')}>{agencyName(sponsor)}</Fact>}
      {signedby !== undefined && <Fact name={t('record.signedby')}>{agencyName(signedby)}</Fact>}
      {subject !== undefined && (
        <Fact name={t('record.subject')}>
          <bdi class="said">{subject}</bdi>
        </Fact>
      )}
      <Fact name={t('record.time')}>
        <Instant at={event.time} />
      </Fact>
      <Fact name={t('record.recorded')}>
        <Instant at={event.recordedtime} />
      </Fact>
      {event.ackby !== undefined && (
        <Fact name={t('record.ackby')}>
          <Instant at={event.ackby} />
        </Fact>
      )}
      <Fact name={t('record.address')}>
        <code>{nameOfEvent(event)}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

/** As it travels, when it is asked for. */
function Raw({ event }: { readonly event: ShownEvent }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details class="raw" onToggle={(toggled) => setOpen(toggled.currentTarget.open)}>
      <summary>{t('record.raw')}</summary>
      {isOpen && (
        <pre>
          <bdi>{JSON.stringify(event, null, 2)}</bdi>
        </pre>
      )}
    </details>
  );
}
