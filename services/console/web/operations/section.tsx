import type { ComponentChildren } from 'preact';
import { t } from '../core/language.ts';

export interface SectionProps {
  readonly id: string;
  readonly title: string;
  /** It could not be had in time. */
  readonly unknown?: boolean;
  readonly children?: ComponentChildren;
}

/** One part of the page under its heading. */
export function Section({ id, title, unknown = false, children }: SectionProps) {
  return (
    <section id={id} class="panel operations-part" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabIndex={-1}>
        {title}
      </h2>
      {unknown ? <p class="unknown">{t('operations.unknown')}</p> : children}
    </section>
  );
}
