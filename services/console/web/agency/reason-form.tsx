import { useId, useState } from 'preact/hooks';
import { t } from '../core/language.ts';

export interface ReasonFormProps {
  readonly label: string;
  /** Characters. */
  readonly most: number;
  readonly onSend: (reason: string) => Promise<void>;
}

/** What is done with a reason alone. */
export function ReasonForm({ label, most, onSend }: ReasonFormProps) {
  const [reason, setReason] = useState('');
  const id = useId();
  return (
    <details class="reason-form">
      <summary>{label}…</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void onSend(reason.trim());
        }}
      >
        <label for={id}>{t('agency.reason')}</label>
        <textarea
          id={id}
          required
          maxLength={most}
          rows={3}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <button type="submit" disabled={reason.trim() === ''}>
          {label}
        </button>
      </form>
    </details>
  );
}
