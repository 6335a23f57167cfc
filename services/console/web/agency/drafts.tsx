import { useState } from 'preact/hooks';
import { askJson, askText } from '../core/api.ts';
import { recordAddress } from '../core/event-name.ts';
import { code, language, t } from '../core/language.ts';
import { recordOf } from '../core/shape.ts';
import { announce } from '../parts/announcer.tsx';
import { Instant } from '../parts/instant.tsx';
import { Marking } from '../parts/marking.tsx';
import { Fields } from '../record/fields.tsx';
import { Refusal } from '../record/refusal.tsx';
import { ReasonForm } from './reason-form.tsx';
import type { Draft } from './waiting.ts';

export interface DraftsProps {
  readonly drafts: readonly Draft[];
  /** The agency of the reader. */
  readonly agency: string;
  readonly onDone: () => void;
}

export function Drafts({ drafts, agency, onDone }: DraftsProps) {
  return (
    <ul class="cards">
      {drafts.map((draft) => (
        <li key={draft.address} data-name={`${draft.agency}/${draft.id}`} data-state={draft.state}>
          <One draft={draft} agency={agency} onDone={onDone} />
        </li>
      ))}
    </ul>
  );
}

type OneProps = Omit<DraftsProps, 'drafts'> & { readonly draft: Draft };

function One({ draft, agency, onDone }: OneProps) {
  const [read, setRead] = useState<Read>();
  const [error, setError] = useState<unknown>();
  const name = `${draft.agency}/${draft.id}`;
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setError(undefined);
    await act().catch(setError);
  };
  const open = (): Promise<void> =>
    attempt(async () => {
      const asked = { language: language.value };
      const now = await askJson<Read>(draft.address, asked);
      setRead(now);
      if (now.time !== draft.time) onDone();
    });
  // Sent again since, it is another one, and is read anew.
  const event = read?.time === draft.time ? read.event : undefined;
  const act: Act = (said, path, body) =>
    attempt(async () => {
      await send(path, body).finally(onDone);
      announce(said);
    });
  return (
    <>
      <p class="marks">
        <span class={`chip ${draft.overdue || isReturned(draft) ? 'late' : ''}`}>
          {t(`agency.state-${draft.state}`)}
        </span>
        <span class="chip kind">{code('Kind', draft.kind)}</span>
      </p>
      <h3>{name}</h3>
      <p class="muted facts">
        <span>
          {t('agency.sent')} <Instant at={draft.time} />
        </span>
        <span>{t('agency.signer', { agency: draft.signer })}</span>
        {draft.due !== null && (
          <span>
            {t('agency.reviewUntil')} <Instant at={draft.due} />
            {draft.overdue && ` · ${t('agency.overdue')}`}
          </span>
        )}
      </p>
      {draft.reason !== null && (
        <p class="reason">
          {t('agency.reason')}: <bdi>{draft.reason}</bdi>
        </p>
      )}
      <Refusal error={error} />
      {event === undefined ? (
        <p class="draft-acts">
          {draft.due === null ? (
            <button type="button" aria-expanded="false" onClick={() => void open()}>
              {t('agency.open')}
            </button>
          ) : (
            <a href={recordAddress(name)}>{t('agency.openRecord')}</a>
          )}
        </p>
      ) : (
        <Whole event={event} kind={draft.kind} />
      )}
      {/* What is signed was read before: a review's event is published, and is read at its address. */}
      {(event !== undefined || draft.due !== null) && <Acts draft={draft} agency={agency} act={act} />}
    </>
  );
}

/** A draft as it was when it was read. */
interface Read extends Pick<Draft, 'time'> {
  readonly event: DraftEvent;
}

interface DraftEvent {
  readonly tlp?: string;
  readonly audience?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What of the envelope is the author's to say, beside the marking. */
const said = ['subject', 'usecode', 'ackby', 'danger', 'confirmed'];

function Whole({ event, kind }: { readonly event: DraftEvent; readonly kind: string }) {
  const { data = {}, tlp, audience } = event;
  const others = Object.entries(event).filter(([name]) => said.includes(name));
  return (
    <div class="draft">
      <p class="marks">
        {tlp !== undefined && <Marking tlp={tlp} />}
        {audience !== undefined && <span class="chip">{audience}</span>}
      </p>
      {others.length > 0 && <Fields data={Object.fromEntries(others)} shape={undefined} />}
      <Fields data={data} shape={recordOf(kind)} />
    </div>
  );
}

type Act = (said: string, path: string, body?: object) => Promise<void>;

interface ActsProps {
  readonly draft: Draft;
  readonly agency: string;
  readonly act: Act;
}

function Acts({ draft, agency, act }: ActsProps) {
  const isReview = draft.due !== null;
  const isMine = draft.agency === agency;
  const { time } = draft;
  return (
    <>
      {draft.maySign && draft.state !== 'OBJECTED' && (
        <div class="draft-acts">
          <button
            type="button"
            class="primary"
            onClick={() => void act(t('agency.done-sign'), `${draft.address}/sign`, { time })}
          >
            {t(isReview ? 'agency.confirm' : 'agency.sign')}
          </button>
          <ReasonForm
            label={t(isReview ? 'agency.object' : 'agency.return')}
            most={1_000}
            onSend={(reason) => act(t('agency.done-return'), `${draft.address}/return`, { reason, time })}
          />
        </div>
      )}
      {isMine && draft.state !== 'REVIEW' && (
        <p class="draft-acts">
          <button type="button" onClick={() => void act(t('agency.done-remove'), draft.address)}>
            {t('agency.remove')}
          </button>
        </p>
      )}
    </>
  );
}

const isReturned = ({ state }: Draft): boolean => state === 'RETURNED' || state === 'OBJECTED';

/** A draft's own address takes it away; those below it take what is done with it. */
async function send(path: string, body: object | undefined): Promise<void> {
  const isBelow = /\/(?:sign|return)$/.test(path);
  await askText(path, {
    method: isBelow ? 'POST' : 'DELETE',
    language: language.value,
    ...(body && { body: JSON.stringify(body), contentType: 'application/json' }),
  });
}
