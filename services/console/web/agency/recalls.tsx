import type { RecallStatus } from '@puebla/schemas';
import { nameIn } from '../core/event-name.ts';
import { code, t } from '../core/language.ts';
import { Instant } from '../parts/instant.tsx';
import { Copies } from '../record/gone.tsx';
import '../record/record.css';

export interface RecallsProps {
  readonly recalls: readonly RecallStatus[];
  readonly onDone: () => void;
}

/** What was taken back, and what is stated of the copies. */
export function Recalls({ recalls, onDone }: RecallsProps) {
  return (
    <ul class="cards">
      {recalls.map((recall) => (
        <li key={recall.recall} data-name={nameIn(recall.address)}>
          <p class="marks">
            {recall.asked.some(({ overdue }) => overdue) && (
              <span class="chip late">{t('agency.overdue')}</span>
            )}
            <span class="chip kind">{code('Kind', recall.kind)}</span>
            <span class="chip">{code('RecallReason', recall.reason)}</span>
          </p>
          <h3>{nameIn(recall.address)}</h3>
          <p class="muted">
            {t('agency.recalled')} <Instant at={recall.time} />
          </p>
          {recall.asked.length > 0 && <Copies recall={recall} done={onDone} />}
        </li>
      ))}
    </ul>
  );
}
