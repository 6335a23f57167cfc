import { kindOf } from '@puebla/schemas';
import { nameOfEvent } from '../core/event-name.ts';
import { t } from '../core/language.ts';
import type { ShownEvent } from '../feed/event.ts';

/** Where its owner writes what takes its place, or ends it. A case goes on by its steps. */
export function NewVersion({ event }: { readonly event: ShownEvent }) {
  const kind = kindOf(event.type);
  if (kind?.refersTo === undefined || kind.machine !== undefined || kind.answer !== undefined) return null;
  const name = encodeURIComponent(nameOfEvent(event));
  return (
    <p class="marks">
      <a class="button" href={`/publish?update=${name}`}>
        {t('record.update')}
      </a>
      {['messageType', 'state'].some((field) => field in event.data) && (
        <a class="button" href={`/publish?cancel=${name}`}>
          {t('record.cancel')}
        </a>
      )}
    </p>
  );
}
