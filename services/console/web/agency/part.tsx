import type { ComponentChildren } from 'preact';
import { t } from '../core/language.ts';
import { ProblemNote } from '../parts/problem.tsx';
import type { Told } from './told.ts';

export interface PartProps<Item> {
  readonly id: string;
  readonly title: string;
  readonly told: Told<readonly Item[]>;
  /** What stands in place of an empty list. */
  readonly none: string;
  readonly again: () => void;
  readonly children: (items: readonly Item[]) => ComponentChildren;
}

/** One list of the page, with its heading; or why it is not there. */
export function Part<Item>({ id, title, told, none, again, children }: PartProps<Item>) {
  return (
    <section id={id} class="panel part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabIndex={-1}>
        {title}
        {told.state === 'told' && <span class="muted"> {told.value.length}</span>}
      </h2>
      {told.state === 'loading' && <p class="muted">{t('agency.loading')}</p>}
      {told.state === 'closed' && <p class="muted">{t('agency.closed')}</p>}
      {told.state === 'failed' && <ProblemNote error={told.error} again={again} />}
      {told.state === 'told' &&
        (told.value.length === 0 ? <p class="muted">{none}</p> : children(told.value))}
    </section>
  );
}
