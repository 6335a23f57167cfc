import { useState } from 'preact/hooks';
import { counted, language, t } from '../../core/language.ts';
import { announce } from '../../parts/announcer.tsx';
import { ProblemNote } from '../../parts/problem.tsx';
import type { FeedAddress } from '../address.ts';
import { sinceOf } from '../period.ts';
import { type Entry, itemsIn } from '../store.ts';
import { exportAs } from './export-as.ts';

export interface ExportMenuProps {
  readonly entries: readonly Entry[];
  readonly address: FeedAddress;
}

const formats = ['csv', 'geojson', 'ndjson'] as const;
type Format = (typeof formats)[number];

/** What is seen, as a file: of each event what the list has, or (NDJSON) all of it. */
export function ExportMenu({ entries, address }: ExportMenuProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const write = async (format: Format): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const shown = itemsIn(entries);
      const since = sinceOf(address.period, Date.now());
      const asked = { filter: address.filter, since, language: language.value };
      announce(counted('feed.exported', await exportAs(format, shown, asked)));
    } catch (wrong) {
      setError(wrong);
    }
    setBusy(false);
  };
  return (
    <div class="export">
      <p class="muted">{t('feed.export-note')}</p>
      {formats.map((format) => (
        <button key={format} type="button" disabled={busy} onClick={() => void write(format)}>
          {t(`feed.export-${format}`)}
        </button>
      ))}
      {error !== undefined && <ProblemNote error={error} />}
    </div>
  );
}
