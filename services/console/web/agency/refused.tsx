import { type AuditEntry, type Kind, kindOf, kinds } from '@puebla/schemas';
import { code, counted, t } from '../core/language.ts';
import { placeName, placeOf, stepsOf } from '../core/place.ts';
import { type RecordShape, recordShapeOf } from '../core/shape.ts';
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
            {entry.person !== undefined && ` · ${entry.person}`}{' '}
            {entry.kind !== undefined && <span class="chip kind">{code('Kind', entry.kind)}</span>}
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
  const { rules = [], fields = rules.map((rule) => ({ field: '', rule })), kind } = entry;
  if (fields.length === 0) return null;
  const known = kind && kindOf(kind);
  // Several events of one request may be of several kinds; older entries have none.
  const maybe = known === undefined ? shapes : [shapeOf(known)];
  return (
    <dl class="broken">
      {fields.map(({ field, rule }) => (
        <div key={`${field} ${rule}`}>
          <dt>
            {field === ''
              ? t('agency.wholeEvent')
              : placeName(
                  maybe.filter((shape) => hasPlace(shape, field)),
                  field,
                )}
            {field !== '' && (
              <>
                {' '}
                <code>{field}</code>
              </>
            )}
          </dt>
          <dd>{ruleSays(rule, rule)}</dd>
        </div>
      ))}
    </dl>
  );
}

const shapeOf = ({ avro }: Kind): RecordShape => recordShapeOf(avro);
const shapes = kinds.map(shapeOf);

function hasPlace(shape: RecordShape, field: string): boolean {
  const [top, ...steps] = stepsOf(field);
  return top !== 'data' || placeOf(shape, steps).shape !== undefined;
}

function codeText(code: string): string {
  const known = codes.find((one) => one === code);
  return known === undefined ? code : t(`agency.code-${known}`);
}
