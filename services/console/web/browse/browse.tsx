import type { ComponentChildren } from 'preact';
import { Record } from '../record/record.tsx';
import type { Feed } from '../record/thread.ts';
import './browse.css';

export interface BrowseProps {
  readonly title: string;
  /** Whose events the page shows: the record that is open hears of it what becomes of its own. */
  readonly feed: Feed;
  readonly open: string | undefined;
  /** Undefined closes it. */
  readonly onOpen: (name: string | undefined) => void;
  readonly children: ComponentChildren;
}

/** A page of events of one kind, with the record that is open beside it. */
export function Browse({ title, feed, open, onOpen, children }: BrowseProps) {
  return (
    <main id="main" class={open === undefined ? 'browse' : 'browse with-record'}>
      <div class="browse-list">
        <h1>{title}</h1>
        {children}
      </div>
      {open !== undefined && (
        <Record key={open} name={open} feed={feed} onClose={() => onOpen(undefined)} onOpen={onOpen} />
      )}
    </main>
  );
}

/** A link that opens a record beside the page; by itself it leads to the same. */
export function OpenLink({
  name,
  onOpen,
  children,
}: {
  readonly name: string;
  readonly onOpen: (name: string) => void;
  readonly children: ComponentChildren;
}) {
  return (
    <a
      href={`?open=${encodeURIComponent(name)}`}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onOpen(name);
      }}
    >
      {children}
    </a>
  );
}
