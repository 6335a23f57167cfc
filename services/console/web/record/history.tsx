import { type Current, kindOf } from '@puebla/schemas';
import { useContext } from 'preact/hooks';
import { agencyName } from '../core/directory.ts';
import { nameOfEvent } from '../core/event-name.ts';
import { code, counted, t } from '../core/language.ts';
import { recordOf } from '../core/shape.ts';
import type { ShownEvent } from '../feed/event.ts';
import { Instant } from '../parts/instant.tsx';
import { caseOf } from './acts.ts';
import { type Change, changesBetween } from './changes.ts';
import { isEmpty, Value } from './fields.tsx';
import { OpenRecord } from './open.ts';
import { stateName } from './steps.tsx';
import type { Thread } from './thread.ts';

/** What was said of the same: versions, steps and answers in their order, each with what it changed. */
export function History({ thread, name }: { readonly thread: Thread; readonly name: string }) {
  const open = useContext(OpenRecord);
  const now = caseOf(thread);
  return (
    <section aria-labelledby="record-thread">
      <h3 id="record-thread">{t('record.thread')}</h3>
      <ol class="thread">
        {thread.items.map((one, index) => {
          const its = nameOfEvent(one);
          const before = thread.items.slice(0, index).findLast(({ type }) => type === one.type);
          return (
            <li key={its} aria-current={its === name ? 'true' : undefined}>
              <button type="button" class="link" onClick={() => open(its)}>
                {whatOf(one)}
              </button>{' '}
              <span class="muted">
                {agencyName(one.source)}, <Instant at={one.recordedtime} />
              </span>
              {isVoid(now, one) && <p class="chip overdue">{t('record.void')}</p>}
              {before !== undefined && kindOf(one.type)?.answer === undefined && (
                <Changes before={before} after={one} />
              )}
            </li>
          );
        })}
      </ol>
    </section>
  );
}

function whatOf({ type, data }: ShownEvent): string {
  const { state, answer, messageType } = data;
  if (typeof state === 'string') return `${code('Kind', type)}: ${stateName(type, state)}`;
  if (typeof answer === 'string') return `${code('Kind', type)}: ${code('AcknowledgementAnswer', answer)}`;
  if (typeof messageType === 'string' && messageType !== 'ALERT')
    return `${code('Kind', type)}: ${code('CapMessageType', messageType)}`;
  return code('Kind', type);
}

function isVoid(now: Current | undefined, { source, id }: ShownEvent): boolean {
  return now?.void.some(({ step }) => step.agency === source && step.id === id) === true;
}

interface ChangesProps {
  readonly before: ShownEvent;
  readonly after: ShownEvent;
}

function Changes({ before, after }: ChangesProps) {
  const marking = [before, after].map(({ tlp, audience = '' }) => `${code('Tlp', tlp)} ${audience}`.trim());
  const marked: readonly Change[] =
    marking[0] === marking[1]
      ? []
      : [
          {
            labels: [t('record.marking')],
            field: '',
            shape: undefined,
            before: marking[0],
            after: marking[1],
          },
        ];
  const changes = [...marked, ...changesBetween(before, after, recordOf(after.type))];
  if (changes.length === 0) return <p class="muted">{t('record.unchanged')}</p>;
  return (
    <details class="changes">
      <summary>{counted('record.changes', changes.length)}</summary>
      <dl class="fields">
        {changes.map((change) => (
          <div key={change.labels.join(' › ')}>
            <dt>{change.labels.join(' › ')}</dt>
            <dd>
              {!isEmpty(change.before) && (
                <del>
                  <span class="unseen">{t('record.before')}: </span>
                  <Value field={change.field} value={change.before} shape={change.shape} />
                </del>
              )}
              {!isEmpty(change.after) && (
                <ins>
                  <span class="unseen">{t('record.after')}: </span>
                  <Value field={change.field} value={change.after} shape={change.shape} />
                </ins>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
