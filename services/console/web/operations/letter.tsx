import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { counted, number, t } from '../core/language.ts';
import { Instant } from '../parts/instant.tsx';
import { ProblemNote } from '../parts/problem.tsx';
import {
  askLetter,
  type Letter,
  type MaskedLetter,
  type Redrive,
  reasonText,
  type WholeLetter,
} from './letters.ts';

export interface LetterDialogProps {
  readonly letter: Letter;
  /** @param done what was done with it, in words */
  readonly onClose: (done?: string) => void;
}

type Plan = { readonly act: 'discard' } | { readonly act: 'redrive'; readonly would: Redrive };

/** One dead letter, masked until it is asked for; what would be done with it is said before it is done. */
export function LetterDialog({ letter, onClose }: LetterDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  const [masked, setMasked] = useState<MaskedLetter>();
  const [plan, setPlan] = useState<Plan>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const { name } = letter;
  const doing = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    await work().catch(setError);
    setBusy(false);
  };
  useEffect(() => {
    dialog.current?.showModal();
    void doing(async () => setMasked(await askLetter(name, '?masked=true')));
  }, [name]);
  const planDiscard = async (): Promise<void> => {
    await askLetter(name, '/discard?dry-run=true', 'POST');
    setPlan({ act: 'discard' });
  };
  const planRedrive = async (): Promise<void> =>
    setPlan({ act: 'redrive', would: await askLetter<Redrive>(name, '/redrive?dry-run=true', 'POST') });
  const settle = async ({ act, ...rest }: Plan): Promise<void> => {
    const forced = 'would' in rest && !rest.would.decodes;
    await askLetter(name, `/${act}${forced ? '?force=true' : ''}`, 'POST');
    dialog.current?.close();
    onClose(t(act === 'discard' ? 'operations.discarded' : 'operations.redriven', { name }));
  };
  return (
    <dialog ref={dialog} class="letter" aria-labelledby={heading} onClose={() => onClose()}>
      <h2 id={heading}>
        {t('operations.letter')} <code>{name}</code>
      </h2>
      <dl class="facts-list">
        <dt>{t('operations.why')}</dt>
        <dd>{reasonText(letter.reason)}</dd>
        <dt>{t('operations.when')}</dt>
        <dd>
          <Instant at={letter.time} />
        </dd>
        <dt>{t('operations.state')}</dt>
        <dd>{t(`operations.letter-${letter.state}`)}</dd>
        <dt>{t('operations.attempt')}</dt>
        <dd>{number(letter.attempt)}</dd>
        <dt>{t('operations.size')}</dt>
        <dd>{counted('operations.bytes', letter.size)}</dd>
        <dt>{t('operations.headers')}</dt>
        <dd>{masked?.headerNames.join(', ') ?? t('operations.looking')}</dd>
      </dl>
      <Content name={name} />
      {error !== undefined && <ProblemNote error={error} />}
      {plan !== undefined && <PlanText plan={plan} />}
      <p class="row-of-buttons">
        <button type="button" onClick={() => dialog.current?.close()}>
          {t('common.close')}
        </button>
        {letter.state === 'open' && plan === undefined && (
          <>
            <button type="button" disabled={busy} onClick={() => void doing(planRedrive)}>
              {t('operations.redrive')}
            </button>
            <button type="button" disabled={busy} onClick={() => void doing(planDiscard)}>
              {t('operations.discard')}
            </button>
          </>
        )}
        {plan !== undefined && (
          <button type="button" class="danger" disabled={busy} onClick={() => void doing(() => settle(plan))}>
            {confirmText(plan)}
          </button>
        )}
      </p>
    </dialog>
  );
}

function confirmText(plan: Plan): string {
  if (plan.act === 'discard') return t('operations.discardNow');
  return t(plan.would.decodes ? 'operations.redriveNow' : 'operations.redriveForced');
}

/** What would be done: nothing is, so far. */
function PlanText({ plan }: { readonly plan: Plan }) {
  return (
    <p role="status" class="plan">
      {plan.act === 'discard' ? t('operations.wouldDiscard') : redriveText(plan.would)}
    </p>
  );
}

function redriveText({ lane, attempt, decodes, reason, to, found }: Redrive): string {
  if (found) return t('operations.wouldFind', { to: to ?? '' });
  const would = t('operations.wouldRedrive', { lane, attempt });
  const then = decodes
    ? t('operations.wouldDecode')
    : t('operations.wouldFail', { reason: reasonText(reason ?? '') });
  return `${would} ${then}`;
}

/** What its publisher sent: asked of the exchange only when somebody wants to see it. */
function Content({ name }: { readonly name: string }) {
  const [whole, setWhole] = useState<WholeLetter>();
  const [error, setError] = useState<unknown>();
  if (error !== undefined) return <ProblemNote error={error} />;
  if (whole === undefined) {
    return (
      <p>
        <button type="button" onClick={() => void askLetter<WholeLetter>(name).then(setWhole, setError)}>
          {t('operations.unmask')}
        </button>{' '}
        <span class="muted">{t('operations.unmaskNote')}</span>
      </p>
    );
  }
  return (
    <>
      <dl class="facts-list">
        {Object.entries(whole.headers).map(([header, text]) => [
          <dt key={header}>
            <bdi>{header}</bdi>
          </dt>,
          <dd key={`${header} value`}>
            <bdi>{text}</bdi>
          </dd>,
        ])}
      </dl>
      <pre>
        <bdi>{readable(whole.value)}</bdi>
      </pre>
      {!whole.whole && <p class="muted">{t('operations.notWhole')}</p>}
    </>
  );
}

/** The texts in it; what is no text is a dot. */
function readable(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes).replaceAll(/[^\P{C}\n]|\uFFFD/gu, '·');
}
