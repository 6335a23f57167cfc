import { code, fieldName, t } from '../../core/language.ts';
import type { Field, RecordShape, Shape } from '../../core/shape.ts';
import { Choices } from './choices.tsx';
import { idOf, pointerTo, useForm } from './context.ts';
import { Fieldset, useRequired } from './fieldset.tsx';
import { Day, InstantInput, NumberInput } from './inputs.tsx';
import { List } from './list.tsx';
import { type Described, Labelled } from './notes.tsx';
import { hasCoordinates, PlaceByMap } from './place-by-map.tsx';
import { TextInput } from './text-input.tsx';
import { Texts } from './texts.tsx';
import { isData, type Path, valueAt } from './value.ts';

export interface ValueProps {
  readonly shape: Shape;
  readonly path: Path;
  readonly label: string;
}

/** The fields of a record, in their order. */
export function Members({ shape, path, without = [] }: MembersProps) {
  return (
    <div class="members">
      {shape.fields
        .filter(({ name }) => !without.includes(name))
        .map((field: Field) => (
          <Value
            key={field.name}
            shape={field.shape}
            path={[...path, field.name]}
            label={fieldName(shape.name, field.name)}
          />
        ))}
      {hasCoordinates(shape) && <PlaceByMap shape={shape} path={path} />}
    </div>
  );
}

interface MembersProps {
  readonly shape: RecordShape;
  readonly path: Path;
  readonly without?: readonly string[];
}

/** The control for a value, whatever its type. */
function Value(props: ValueProps) {
  const { shape } = props;
  switch (shape.is) {
    case 'record':
      return <Group {...props} shape={shape} />;
    case 'list':
      return <List {...props} item={shape.item} />;
    case 'texts':
      return <Texts {...props} shape={shape} />;
    case 'choices':
      return <Choices {...props} shape={shape} />;
    default:
      return <Single {...props} />;
  }
}

/** A record: a group of fields that is opened where it need not be there. */
function Group({ shape, path, label }: ValueProps & { readonly shape: RecordShape }) {
  const form = useForm();
  const required = useRequired(path);
  const isThere = isData(valueAt(form.data, path));
  if (!isThere && !required) {
    return (
      <p>
        <button type="button" id={idOf(pointerTo(path))} onClick={() => form.change(path, {})}>
          {t('publish.add', { what: label })}
        </button>
      </p>
    );
  }
  return (
    <Fieldset path={path} label={label} required={required}>
      <Members shape={shape} path={path} />
      {!required && (
        <p>
          <button type="button" onClick={() => form.change(path, undefined)}>
            {t('publish.remove', { what: label })}
          </button>
        </p>
      )}
    </Fieldset>
  );
}

function Single({ shape, path, label }: ValueProps) {
  const required = useRequired(path);
  return (
    <Labelled pointer={pointerTo(path)} label={label} required={required}>
      {(described) => <Control shape={shape} path={path} described={described} />}
    </Labelled>
  );
}

interface ControlProps {
  readonly shape: Shape;
  readonly path: Path;
  readonly described: Described;
}

/** The control of a single value, for whoever has its label. */
export function Control({ shape, path, described }: ControlProps) {
  switch (shape.is) {
    case 'symbol':
      return <Select list={shape.list} symbols={shape.symbols} path={path} described={described} />;
    case 'whole':
    case 'decimal':
      return <NumberInput path={path} described={described} step={shape.is === 'whole' ? '1' : 'any'} />;
    case 'day':
      return <Day path={path} described={described} />;
    case 'instant':
      return <InstantInput path={path} described={described} />;
    default:
      return <TextInput path={path} described={described} />;
  }
}

interface SelectProps {
  readonly list: string;
  readonly symbols: readonly string[];
  readonly path: Path;
  readonly described: Described;
}

function Select({ list, symbols, path, described }: SelectProps) {
  const { data, change } = useForm();
  const value = valueAt(data, path);
  return (
    <select
      {...described}
      value={String(value ?? '')}
      onChange={({ currentTarget: { value: chosen } }) => change(path, chosen === '' ? undefined : chosen)}
    >
      <option value="">{t('publish.none')}</option>
      {symbols.map((symbol) => (
        <option key={symbol} value={symbol}>
          {code(list, symbol)}
        </option>
      ))}
    </select>
  );
}
