import { signal } from '@preact/signals';

/** Whether the reader may look at the whole exchange. The exchange alone knows: it is asked once a page, and looks at nothing for it. */
export const watches = signal(false);

export async function askWhetherWatches(): Promise<void> {
  try {
    const { ok } = await fetch('/console/v1/status', { method: 'HEAD', cache: 'no-store' });
    watches.value = ok;
  } catch {
    watches.value = false;
  }
}
