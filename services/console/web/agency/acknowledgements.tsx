import { nameIn, recordAddress } from '../core/event-name.ts';
import { code, t } from '../core/language.ts';
import { Instant } from '../parts/instant.tsx';
import { participantName } from '../parts/names.ts';
import type { Missing } from './waiting.ts';

/** What is overdue or due, asked of oneself or by oneself. */
export function Acknowledgements({ items }: { readonly items: readonly Missing[] }) {
  return (
    <ul class="cards">
      {items.map((item) => (
        <li key={item.address} data-name={nameIn(item.address)} data-overdue={item.overdue}>
          <p class="marks">
            <span class={`chip ${item.overdue ? 'late' : ''}`}>
              {t(item.overdue ? 'agency.overdue' : 'agency.due')}
            </span>
            <span class="chip kind">{code('Kind', item.kind)}</span>
          </p>
          <h3>
            <a href={recordAddress(nameIn(item.address))}>{nameIn(item.address)}</a>
          </h3>
          <p class="muted">
            {t('agency.until')} <Instant at={item.ackby} />
          </p>
          {item.own && (
            <p>
              {t('agency.missing')}: <Asked of={item.missing} />
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Participants, each with those of its agencies that are meant. */
function Asked({ of }: { readonly of: Missing['missing'] }) {
  return of
    .map(({ participant, agencies }) => `${participantName(participant)} (${agencies.join(', ')})`)
    .join('; ');
}
