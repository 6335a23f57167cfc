import { type Filter, formatFilter, parseFilter, type Violation } from '@puebla/schemas';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../core/language.ts';
import { announce } from '../parts/announcer.tsx';

export interface TextFilterProps {
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

/** Of a long list of what would be taken the first. */
const mostAllowed = 12;

/** The filter in the exchange's own words, as programs write it: `country=GT,MX&severity=SEVERE`. */
export function TextFilter({ filter, onChange }: TextFilterProps) {
  const written = decodeURIComponent(formatFilter(filter).toString());
  const [text, setText] = useState(written);
  const [violations, setViolations] = useState<readonly Violation[]>([]);
  useEffect(() => {
    setText(written);
    setViolations([]);
  }, [written]);
  const apply = (event: Event): void => {
    event.preventDefault();
    const parsed = parseFilter(new URLSearchParams(text.trim().replace(/^\?/, '')));
    setViolations(parsed.ok ? [] : parsed.violations);
    if (!parsed.ok) return;
    announce(t('feed.filter-applied'));
    onChange(parsed.filter);
  };
  const isWrong = violations.length > 0;
  return (
    <form class="text-filter" onSubmit={apply}>
      <label class="field">
        <span>{t('feed.filter-text')}</span>
        <input
          type="text"
          spellcheck={false}
          autocapitalize="off"
          value={text}
          placeholder="country=GT,MX&severity=SEVERE"
          aria-invalid={isWrong}
          {...(isWrong && { 'aria-describedby': 'filter-wrong' })}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <button type="submit">{t('feed.apply')}</button>
      {isWrong && (
        <ul id="filter-wrong" class="wrong" role="alert">
          {violations.map(({ pointer, message, allowed }) => (
            <li key={pointer}>
              <code>{pointer.slice(1)}</code>: {message}
              {allowed !== undefined && (
                <>
                  {' '}
                  <code>{allowed.slice(0, mostAllowed).join(', ')}</code>
                  {allowed.length > mostAllowed && ' …'}
                </>
              )}
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
