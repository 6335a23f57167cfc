import type { ComponentChildren } from 'preact';
import { code, fieldName, number } from '../core/language.ts';
import { type Field, fieldShape, itemShape, type RecordShape, type Shape } from '../core/shape.ts';
import { daysText } from '../core/zone.ts';
import { Instant } from '../parts/instant.tsx';
import { ScrollX } from '../parts/scroll-x.tsx';
import { Text } from './text.tsx';
import { Texts } from './texts.tsx';

export type Data = Readonly<Record<string, unknown>>;

/** What an event says, member by member, by its schema; without one, of a kind that is newer than the page, by the members' own names. */
export function Fields({ data, shape }: { readonly data: Data; readonly shape: Shape | undefined }) {
  const lang = typeof data['language'] === 'string' ? data['language'].toLowerCase() : undefined;
  const said = membersOf(data, shape).filter(({ value }) => !isEmpty(value));
  return (
    <dl class="fields">
      {said.map(({ name, label, field, value, shape: its }) => (
        <div key={name}>
          <dt lang={its === undefined ? 'en' : undefined}>{label}</dt>
          <dd>
            <Value field={field} value={value} shape={its} lang={lang} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface Member {
  readonly name: string;
  readonly label: string;
  /** `<record>.<field>` */
  readonly field: string;
  readonly value: unknown;
  readonly shape: Shape | undefined;
}

/** In the order of the schema, but what is said in words first; what the schema lacks comes last. */
function membersOf(data: Data, shape: Shape | undefined): readonly Member[] {
  const { name: record, fields } = shape?.is === 'record' ? shape : unknownRecord;
  const known = fields.map(({ name }) => name).filter((name) => Object.hasOwn(data, name));
  const names = [
    ...known.filter((name) => name === 'information'),
    ...known.filter((name) => name !== 'information'),
  ];
  const others = Object.keys(data).filter((name) => !known.includes(name));
  return [...names, ...others].map((name) => ({
    name,
    label: fieldName(record, name),
    field: `${record}.${name}`,
    value: data[name],
    shape: fieldShape(shape, name),
  }));
}

const unknownRecord: Pick<RecordShape, 'name' | 'fields'> = { name: '', fields: [] };

interface ValueProps {
  readonly field: string;
  readonly value: unknown;
  readonly shape: Shape | undefined;
  /** Of the words around it. */
  readonly lang?: string | undefined;
}

export function Value({ field, value, shape, lang }: ValueProps): ComponentChildren {
  if (Array.isArray(value)) return <List field={field} values={value} shape={shape} />;
  if (isData(value)) {
    const days = shape?.is === 'record' && shape.name === 'Period' ? periodText(value) : undefined;
    return days ?? <Fields data={value} shape={shape} />;
  }
  if (typeof value === 'number') return number(value);
  const said = String(value);
  if (shape?.is === 'symbol') return code(shape.list, said);
  if (shape?.is === 'day') return daysText(said);
  if (shape?.is === 'instant') return <Instant at={said} />;
  return <Text field={field} text={said} lang={lang} />;
}

interface ListProps {
  readonly field: string;
  readonly values: readonly unknown[];
  readonly shape: Shape | undefined;
}

function List({ field, values, shape }: ListProps): ComponentChildren {
  const of = itemShape(shape);
  const records = values.filter(isData);
  if (records.length > 0 && of?.is === 'record') {
    if (shape?.is === 'texts') return <Texts texts={records} shape={of} />;
    if (of.fields.every(isPlain)) return <Table rows={records} shape={of} label={field} />;
  }
  return (
    <ul class={records.length === 0 ? 'words' : undefined}>
      {values.map((value, index) => (
        <li key={index}>
          <Value field={field} value={value} shape={of} />
        </li>
      ))}
    </ul>
  );
}

interface TableProps {
  readonly rows: readonly Data[];
  readonly shape: RecordShape;
  readonly label: string;
}

/** Records of a few words each, one a line; columns that say nothing are left out. */
function Table({ rows, shape, label }: TableProps) {
  const columns = shape.fields.filter(({ name }) => rows.some((row) => !isEmpty(row[name])));
  const [record = '', field = ''] = label.split('.');
  return (
    <ScrollX label={fieldName(record, field)}>
      <table>
        <thead>
          <tr>
            {columns.map(({ name }) => (
              <th key={name} scope="col">
                {fieldName(shape.name, name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {columns.map(({ name, shape: its }) => (
                <td key={name}>
                  {!isEmpty(row[name]) && (
                    <Value field={`${shape.name}.${name}`} value={row[name]} shape={its} />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollX>
  );
}

/** @returns undefined for one without a first day */
function periodText({ from, to }: Data): string | undefined {
  return typeof from === 'string' ? daysText(from, typeof to === 'string' ? to : null) : undefined;
}

function isPlain({ shape }: Field): boolean {
  return shape.is !== 'record' && itemShape(shape) === undefined;
}

function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
