import { signal } from '@preact/signals';
import { remembered } from './remembered.ts';

export const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const kept = remembered('theme', (text) => themes.find((theme) => theme === text));
export const theme = signal<Theme>(kept.read() ?? 'auto');

export function chooseTheme(next: Theme): void {
  kept.write(next);
  theme.value = next;
  showTheme();
}

/** `auto` is what the system asks for; `base.css` reads the attribute. */
export function showTheme(): void {
  document.documentElement.dataset['theme'] = theme.value;
}
