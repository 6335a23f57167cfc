import { zone } from '../../core/zone.ts';
import { useForm } from './context.ts';
import { instantIn, localIn } from './local-instant.ts';
import type { Described } from './notes.tsx';
import { type Path, valueAt } from './value.ts';

interface InputProps {
  readonly path: Path;
  readonly described: Described;
}

export function NumberInput({ path, described, step }: InputProps & { readonly step: string }) {
  const { data, change } = useForm();
  const value = valueAt(data, path);
  return (
    <input
      {...described}
      type="number"
      step={step}
      value={typeof value === 'number' ? value : ''}
      onInput={({ currentTarget: { valueAsNumber } }) =>
        change(path, Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
      }
    />
  );
}

export function Day({ path, described }: InputProps) {
  const { data, change } = useForm();
  return (
    <input
      {...described}
      type="date"
      value={String(valueAt(data, path) ?? '')}
      onInput={({ currentTarget: { value } }) => change(path, value === '' ? undefined : value)}
    />
  );
}

/** In the zone that the reader has chosen, which stands beside it. */
export function InstantInput({ path, described }: InputProps) {
  const { data, change } = useForm();
  const value = valueAt(data, path);
  return (
    <InstantControl
      described={described}
      value={typeof value === 'string' ? value : undefined}
      onChange={(next) => change(path, next)}
    />
  );
}

interface InstantControlProps {
  readonly described: Described;
  /** RFC 3339. */
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

export function InstantControl({ described, value, onChange }: InstantControlProps) {
  const zoneId = `${described.id}-zone`;
  const describedBy = [described['aria-describedby'], zoneId].filter(Boolean).join(' ');
  return (
    <span class="with-zone">
      <input
        {...described}
        aria-describedby={describedBy}
        type="datetime-local"
        value={value === undefined ? '' : localIn(value, zone.value)}
        onInput={({ currentTarget: { value: local } }) => onChange(instantIn(local, zone.value))}
      />
      <span id={zoneId} class="muted">
        {zone.value}
      </span>
    </span>
  );
}
