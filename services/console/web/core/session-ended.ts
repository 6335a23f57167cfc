import { signal } from '@preact/signals';

/** The reader was signed in and is not any more: said once, wherever it is found. */
export const sessionEnded = signal(false);
