import { useMemo, useState } from 'preact/hooks';
import { t } from '../core/language.ts';
import { remembered } from '../core/remembered.ts';
import { session } from '../core/session.ts';
import { announce } from '../parts/announcer.tsx';
import { type SavedFilter, savedIn, withoutSaved, withSaved } from './saved.ts';

export interface SavedFiltersProps {
  /** Of the address, without the record that is open. */
  readonly query: string;
}

/** Filters under names, in this browser, each agency's apart; and the address of what is seen, to be sent to others. */
export function SavedFilters({ query }: SavedFiltersProps) {
  const whose = session.value?.agency ?? 'public';
  const kept = useMemo(() => remembered(`filters.${whose}`, savedIn), [whose]);
  const [version, setVersion] = useState(0);
  const saved = useMemo(() => kept.read() ?? [], [kept, version]);
  const write = (next: readonly SavedFilter[]): void => {
    kept.write(JSON.stringify(next));
    setVersion((n) => n + 1);
  };
  const save = (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const name = String(new FormData(form).get('name') ?? '').trim();
    if (name === '') return;
    write(withSaved(saved, { name, query }));
    announce(t('feed.saved', { name }));
    form.reset();
  };
  const share = async (): Promise<void> => {
    await navigator.clipboard.writeText(new URL(`/${query}`, location.href).href);
    announce(t('feed.copied'));
  };
  return (
    <div class="saved">
      <button type="button" onClick={() => void share()}>
        {t('feed.copy-address')}
      </button>
      <form onSubmit={save}>
        <label class="field">
          <span>{t('feed.save-as')}</span>
          <input type="text" name="name" maxLength={60} required />
        </label>
        <button type="submit">{t('feed.save')}</button>
      </form>
      {saved.length > 0 && (
        <ul class="saved-list" aria-label={t('feed.saved-filters')}>
          {saved.map((one) => (
            <li key={one.name}>
              <a href={`/${one.query}`}>
                <bdi>{one.name}</bdi>
              </a>
              <button
                type="button"
                class="plain"
                aria-label={t('feed.forget', { name: one.name })}
                onClick={() => {
                  write(withoutSaved(saved, one.name));
                  announce(t('feed.forgotten', { name: one.name }));
                }}
              >
                ✕
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
