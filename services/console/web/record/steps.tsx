import { type Directory, due } from '@puebla/schemas';
import { useState } from 'preact/hooks';
import { agencyName } from '../core/directory.ts';
import { code, fieldName, t } from '../core/language.ts';
import { fieldShape, recordOf } from '../core/shape.ts';
import { instantText } from '../core/zone.ts';
import { announce } from '../parts/announcer.tsx';
import { useSending } from '../parts/sending.ts';
import { ActForm } from './act-form.tsx';
import { caseOf, nextStep, stepEvents, steppedKind } from './acts.ts';
import type { Thread } from './thread.ts';

/** What a step to a state says of itself beside the state: a symbol of a list, or who receives. */
const says: Readonly<Record<string, 'reason' | 'outcome' | 'reception' | 'transfer'>> = {
  DECLINED: 'reason',
  CLOSED: 'outcome',
  REFUSED: 'reason',
  SUSPENDED: 'reason',
  CONFIRMED: 'reception',
  PROPOSED: 'transfer',
};

/** Where a case stands, who is awaited until when, and the steps that are the reader's to take. */
export function Steps({
  thread,
  states,
  directory,
  done,
}: {
  readonly thread: Thread;
  readonly states: readonly string[];
  readonly directory: Directory | undefined;
  readonly done: () => void;
}) {
  const kind = steppedKind(thread);
  const now = caseOf(thread);
  if (kind === undefined || now === undefined || now.state === null) return null;
  const awaited = due(kind.machine, stepEvents(thread), Date.now());
  return (
    <section aria-labelledby="record-steps">
      <h3 id="record-steps">{t('record.case')}</h3>
      <p>
        {t('record.stands')} <strong>{stateName(thread.kind, now.state)}</strong>
      </p>
      {awaited !== undefined && (
        <p class={awaited.overdue ? 'overdue' : undefined}>
          {t(awaited.overdue ? 'record.awaitedLate' : 'record.awaited', {
            state: stateName(thread.kind, awaited.state),
            who: awaited.agencies.map(agencyName).join(', '),
            at: instantText(awaited.at),
          })}
        </p>
      )}
      {directory !== undefined &&
        states.map((state) => (
          <Step key={`${now.steps.length} ${state}`} {...{ thread, state, directory, done }} />
        ))}
    </section>
  );
}

interface StepProps {
  readonly thread: Thread;
  readonly state: string;
  readonly directory: Directory;
  readonly done: () => void;
}

function Step({ thread, state, directory, done }: StepProps) {
  const [said, setSaid] = useState<Readonly<Record<string, unknown>>>({});
  const sending = useSending();
  const last = caseOf(thread)?.steps.at(-1);
  if (last === undefined) return null;
  const name = stateName(thread.kind, state);
  const send = async (): Promise<void> => {
    if (!(await sending.publish(nextStep(thread, last, state, said, directory)))) return;
    announce(t('record.stepped', { state: name }));
    done();
  };
  return (
    <details class="act">
      <summary>{name}</summary>
      <ActForm sending={sending} onSend={send} submit={t('record.step', { state: name })}>
        <Said kind={thread.kind} asks={says[state]} before={last.data} onChange={setSaid} />
      </ActForm>
    </details>
  );
}

interface SaidProps {
  readonly kind: string;
  readonly asks: (typeof says)[string] | undefined;
  readonly before: Readonly<Record<string, unknown>>;
  readonly onChange: (change: Readonly<Record<string, unknown>>) => void;
}

function Said({ kind, asks, before, onChange }: SaidProps) {
  switch (asks) {
    case 'reason':
    case 'outcome':
      return <Choice kind={kind} field={asks} onChange={(symbol) => onChange({ [asks]: symbol })} />;
    case 'reception':
      return <Reception onChange={(reception) => onChange({ reception })} />;
    case 'transfer':
      return (
        <TransferAt
          onChange={(at) => onChange({ transfer: { ...(before['transfer'] as object | null), at } })}
        />
      );
    case undefined:
      return null;
  }
}

interface ChoiceProps {
  readonly kind: string;
  readonly field: string;
  readonly onChange: (symbol: string) => void;
}

function Choice({ kind, field, onChange }: ChoiceProps) {
  const shape = recordOf(kind);
  const its = fieldShape(shape, field);
  if (shape === undefined || its?.is !== 'symbol') return null;
  return (
    <label>
      {fieldName(shape.name, field)}
      <select required onChange={(chosen) => onChange(chosen.currentTarget.value)}>
        <option value="">{t('record.choose')}</option>
        {its.symbols.map((symbol) => (
          <option key={symbol} value={symbol}>
            {code(its.list, symbol)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Needed where there are children: the contract says so when it is missing. */
function Reception({ onChange }: { readonly onChange: (reception: object | null) => void }) {
  const [said, setSaid] = useState({ office: '', withGuardian: 0, withAgency: 0 });
  const say = (change: Partial<typeof said>): void => {
    const next = { ...said, ...change };
    setSaid(next);
    onChange(next.office.trim() === '' ? null : next);
  };
  return (
    <>
      <label>
        {fieldName('Reception', 'office')}
        <input value={said.office} onInput={(typed) => say({ office: typed.currentTarget.value })} />
      </label>
      {(['withGuardian', 'withAgency'] as const).map((field) => (
        <label key={field}>
          {fieldName('Reception', field)}
          <input
            type="number"
            min={0}
            value={said[field]}
            onInput={(typed) => say({ [field]: typed.currentTarget.valueAsNumber || 0 })}
          />
        </label>
      ))}
    </>
  );
}

/** In the browser's own zone, as such fields are everywhere. */
function TransferAt({ onChange }: { readonly onChange: (at: string) => void }) {
  return (
    <label>
      {fieldName('Transfer', 'at')} ({Intl.DateTimeFormat().resolvedOptions().timeZone})
      <input
        type="datetime-local"
        required
        onInput={({ currentTarget: { value } }) =>
          value !== '' && onChange(new Date(value).toISOString().replace('.000Z', 'Z'))
        }
      />
    </label>
  );
}

export function stateName(kind: string, state: string): string {
  const its = fieldShape(recordOf(kind), 'state');
  return its?.is === 'symbol' ? code(its.list, state) : state;
}
