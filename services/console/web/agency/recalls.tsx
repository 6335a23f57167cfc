import type { RecallStatus } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { askText } from '../core/api.ts';
import { code, language, t } from '../core/language.ts';
import { announce } from '../parts/announcer.tsx';
import { Instant } from '../parts/instant.tsx';
import { nameAt } from '../parts/names.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { Asked } from './acknowledgements.tsx';
import { ReasonForm } from './reason-form.tsx';

export interface RecallsProps {
  readonly recalls: readonly RecallStatus[];
  readonly agency: string;
  readonly onDone: () => Promise<void>;
}

/** What was taken back, and what is stated of the copies. */
export function Recalls({ recalls, agency, onDone }: RecallsProps) {
  return (
    <ul class="cards">
      {recalls.map((recall) => (
        <li key={recall.recall} data-name={nameAt(recall.address)}>
          <One recall={recall} agency={agency} onDone={onDone} />
        </li>
      ))}
    </ul>
  );
}

/** Of the reader's agency, and nothing said yet. */
export function isAsked({ asked }: RecallStatus, agency: string): boolean {
  return asked.some(({ agencies, stated }) => agencies.includes(agency) && stated === null);
}

function One({ recall, agency, onDone }: Omit<RecallsProps, 'recalls'> & { readonly recall: RecallStatus }) {
  const [error, setError] = useState<unknown>();
  const open = recall.asked.filter(({ stated }) => stated === null);
  const stated = recall.asked.flatMap(({ stated }) => stated ?? []);
  const state = async (body: object): Promise<void> => {
    setError(undefined);
    try {
      await askText(`${recall.address.replace('/events/', '/recalls/')}/statement`, {
        method: 'POST',
        language: language.value,
        contentType: 'application/json',
        body: JSON.stringify(body),
      });
      announce(t('agency.done-statement'));
      await onDone();
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <>
      <p class="marks">
        {open.some(({ overdue }) => overdue) && <span class="chip late">{t('agency.overdue')}</span>}
        <span class="chip kind">{code('Kind', recall.kind)}</span>
        <span class="chip">{code('RecallReason', recall.reason)}</span>
      </p>
      <h3>{nameAt(recall.address)}</h3>
      <p class="muted facts">
        <span>
          {t('agency.recalled')} <Instant at={recall.time} />
        </span>
        <span>
          {t('agency.until')} <Instant at={recall.due} />
        </span>
      </p>
      {open.length > 0 && (
        <p>
          {t('agency.notStated')}: <Asked of={open} />
        </p>
      )}
      {stated.map(({ agency: by, statement, reason, time }) => (
        <p key={by}>
          {by}: {t(`agency.stated-${statement}`)} <Instant at={time} />
          {reason !== null && (
            <>
              {' · '}
              <bdi>{reason}</bdi>
            </>
          )}
        </p>
      ))}
      {error !== undefined && <ProblemNote error={error} />}
      {isAsked(recall, agency) && (
        <div class="acts">
          <button type="button" class="primary" onClick={() => void state({ statement: 'DELETED' })}>
            {t('agency.deleted')}
          </button>
          <ReasonForm
            label={t('agency.cannot')}
            most={300}
            onSend={(reason) => state({ statement: 'CANNOT', reason })}
          />
        </div>
      )}
    </>
  );
}
