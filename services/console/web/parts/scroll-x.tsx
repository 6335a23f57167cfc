import type { ComponentChildren } from 'preact';

/** What may be wider than the page scrolls by itself, also by keyboard. */
export function ScrollX({
  label,
  tall = false,
  children,
}: {
  readonly label: string;
  /** It scrolls down by itself too. */
  readonly tall?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it when it has the focus
    <section class={tall ? 'scroll-x table-box' : 'scroll-x'} tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
