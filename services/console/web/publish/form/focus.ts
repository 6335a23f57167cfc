import { idOf } from './context.ts';

/** Focuses the control at a pointer once it is drawn: its first control where it is a group, else what is around it. */
export function focusAt(pointer: string): void {
  requestAnimationFrame(() => requestAnimationFrame(() => nearest(pointer)?.focus()));
}

function nearest(pointer: string): HTMLElement | null {
  const found = document.getElementById(idOf(pointer));
  if (found !== null) return firstControl(found);
  const above = pointer.slice(0, pointer.lastIndexOf('/'));
  return above === '' ? null : nearest(above);
}

const controls = 'input, select, textarea, button';

function firstControl(element: HTMLElement): HTMLElement {
  return element.matches('fieldset') ? (element.querySelector<HTMLElement>(controls) ?? element) : element;
}
