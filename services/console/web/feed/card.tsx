import { countryName, languageName, t } from '../core/language.ts';
import { ageText } from '../core/zone.ts';
import { headlineOf } from '../parts/headline.ts';
import { Instant } from '../parts/instant.tsx';
import { Marks } from '../parts/marks.tsx';
import type { Item } from './event.ts';

export interface CardProps {
  readonly item: Item;
  readonly place: number;
  readonly of: number;
  readonly isOpen: boolean;
  readonly onOpen: (name: string) => void;
}

/** One event in a few lines: what, how grave, for whom, by whom, how old, where, in which languages. */
export function Card({ item, place, of, isOpen, onOpen }: CardProps) {
  const { name, facets } = item;
  const headline = headlineOf(item);
  const id = `card-${place}`;
  return (
    <article
      class="card"
      aria-posinset={place}
      aria-setsize={of}
      aria-labelledby={id}
      data-name={name}
      data-open={isOpen}
    >
      <Marks item={item} />
      <h3 id={id}>
        <a
          href={`?open=${encodeURIComponent(name)}`}
          lang={headline?.language}
          aria-current={isOpen ? 'true' : undefined}
          onClick={(event) => {
            event.preventDefault();
            event.stopPropagation();
            onOpen(name);
          }}
        >
          <bdi>{headline?.text ?? name}</bdi>
        </a>
      </h3>
      <p class="muted facts">
        <span>{item.agency}</span>
        <span>
          <Instant at={item.recordedtime} /> ({ageText(item.accepted, Date.now())})
        </span>
        {facets.countries.length > 0 && <span>{facets.countries.map(countryName).join(', ')}</span>}
        {item.headlines.length > 0 && (
          <span>
            <span class="unseen">{t('feed.languages')}: </span>
            {item.headlines.map(({ language }) => languageName(language.toLowerCase())).join(', ')}
          </span>
        )}
      </p>
    </article>
  );
}
