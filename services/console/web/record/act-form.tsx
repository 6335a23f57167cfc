import type { ComponentChildren } from 'preact';
import type { Sending } from '../parts/sending.ts';
import { Refusal } from './refusal.tsx';

interface ActFormProps {
  readonly sending: Pick<Sending, 'busy' | 'error'>;
  readonly onSend: () => Promise<void>;
  /** What stands on the button. */
  readonly submit: string;
  readonly children: ComponentChildren;
}

/** What is answered to an event, with why it was not taken. */
export function ActForm({ sending: { busy, error }, onSend, submit, children }: ActFormProps) {
  return (
    <form
      class="act-form"
      onSubmit={(submitted) => {
        submitted.preventDefault();
        void onSend();
      }}
    >
      {children}
      <Refusal error={error} />
      <button type="submit" class="primary" disabled={busy}>
        {submit}
      </button>
    </form>
  );
}
