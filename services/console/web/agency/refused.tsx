import type { AuditEntry } from '@puebla/schemas';
import { counted, t } from '../core/language.ts';
import { Instant } from '../parts/instant.tsx';
import { ruleSays } from '../parts/rule.ts';

const codes = [
  'bad-request',
  'bad-json',
  'not-permitted',
  'insufficient-scope',
  'id-conflict',
  'recalled',
  'too-large',
  'media-type',
  'invalid',
] as const;

/** What was refused, field by field; the exchange keeps nothing of what was sent. */
export function Refused({ entries }: { readonly entries: readonly AuditEntry[] }) {
  return (
    <ul class="cards">
      {entries.map((entry) => (
        <li key={entry.id} data-refused={entry.id}>
          <h3>
            <Instant at={entry.time} />
            {entry.person !== undefined && ` · ${entry.person}`}
          </h3>
          <p>
            {counted('agency.refusedCount', entry.count ?? 1)}
            {': '}
            {(entry.codes ?? []).map(codeText).join('; ')}
          </p>
          <Broken entry={entry} />
        </li>
      ))}
    </ul>
  );
}

/** Entries of before fields were told of have rules alone. */
function Broken({ entry }: { readonly entry: AuditEntry }) {
  const { rules = [], fields = rules.map((rule) => ({ field: '', rule })) } = entry;
  if (fields.length === 0) return null;
  return (
    <dl class="broken">
      {fields.map(({ field, rule }) => (
        <div key={`${field} ${rule}`}>
          <dt>{field === '' ? t('agency.wholeEvent') : <code>{field}</code>}</dt>
          <dd>{ruleSays(rule, rule)}</dd>
        </div>
      ))}
    </dl>
  );
}

function codeText(code: string): string {
  const known = codes.find((one) => one === code);
  return known === undefined ? code : t(`agency.code-${known}`);
}
