import type { ComponentChildren } from 'preact';

/** What may be wider than the page scrolls by itself, also by keyboard. */
export function ScrollX({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it when it has the focus
    <section class="scroll-x" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
