import { calmText, type ExchangeStatus, isJudged, type Trouble, troubleText } from '@puebla/schemas';
import { useEffect, useState } from 'preact/hooks';
import { counted, named, t } from '../core/language.ts';
import { announce } from '../parts/announcer.tsx';
import { Instant } from '../parts/instant.tsx';
import { durationText } from './duration.ts';
import { everySeconds, type Look } from './look.ts';

export interface VerdictProps {
  readonly look: Extract<Look, { state: 'seen' }>;
  readonly paused: boolean;
  readonly onPause: () => void;
}

/** Whether all is well, or what is not, in words; and how old that is. */
export function Verdict({ look, paused, onPause }: VerdictProps) {
  const { lost, status, at } = look;
  const { troubles, time } = status;
  const level = lost ? 'unknown' : levelOf(status);
  const heading = headingOf(lost, status);
  const texts = troubles.map((trouble) => named(troubleText(trouble)));
  const kept = [lost, level, ...troubles.map(nameOf)].join(' ');
  useEffect(() => announce([heading, ...texts].join('. ')), [kept]);
  return (
    <section class={`verdict ${level}`} aria-labelledby="verdict-title">
      <h2 id="verdict-title">
        <span aria-hidden="true">{signs[level]} </span>
        {heading}
      </h2>
      {lost && <p>{t('operations.lost')}</p>}
      {texts.length > 0 && (
        <ul>
          {texts.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      <p class="seen-at">
        <Age at={at} /> (<Instant at={time} />){' · '}
        {paused ? t('operations.paused') : t('operations.every', { time: durationText(everySeconds) })}{' '}
        <button type="button" onClick={onPause}>
          {t(paused ? 'operations.goOn' : 'operations.pause')}
        </button>
      </p>
    </section>
  );
}

const signs = { well: '✓', trouble: '!', unknown: '?' } as const;

function levelOf(status: ExchangeStatus): keyof typeof signs {
  const { troubles } = status;
  if (troubles.length === 0) return isJudged(status) ? 'well' : 'unknown';
  return troubles.every(({ code }) => code === 'unknown' || code === 'part-unknown') ? 'unknown' : 'trouble';
}

function headingOf(lost: boolean, status: ExchangeStatus): string {
  const { troubles } = status;
  if (lost) return t('operations.notKnown');
  return troubles.length === 0 ? named(calmText(status)) : counted('operations.troubles', troubles.length);
}

/** Without its figures: a silence that lasts is the same trouble, and is announced once. */
function nameOf(trouble: Trouble): string {
  const about = ['part', 'service', 'participant', 'kind', 'section'].map((key) => Object(trouble)[key]);
  return [trouble.code, ...about].join('/');
}

/** How old what is shown is, each second. @param at epoch ms */
function Age({ at }: { readonly at: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return <>{t('operations.age', { time: durationText(Math.max(0, now - at) / 1_000) })}</>;
}
