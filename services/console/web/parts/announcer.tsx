import { signal } from '@preact/signals';

const said = signal('');

/** Tells whoever does not see the page what has changed on it. */
export function announce(text: string): void {
  said.value = text;
}

export function Announcer() {
  return (
    <p class="unseen" role="status" aria-live="polite">
      {said}
    </p>
  );
}
