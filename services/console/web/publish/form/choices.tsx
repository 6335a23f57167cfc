import { useMemo } from 'preact/hooks';
import { code } from '../../core/language.ts';
import type { Shape } from '../../core/shape.ts';
import { isRequired } from './asked.ts';
import { idOf, pointerTo, questionAt, useForm } from './context.ts';
import { Notes, noteIds, Required } from './notes.tsx';
import { itemsOf, type Path, valueAt } from './value.ts';

interface ChoicesProps {
  readonly shape: Extract<Shape, { is: 'choices' }>;
  readonly path: Path;
  readonly label: string;
}

/** Several symbols of a list, each once. */
export function Choices({ shape, path, label }: ChoicesProps) {
  const form = useForm();
  const pointer = pointerTo(path);
  const chosen = itemsOf(valueAt(form.data, path));
  const required = useMemo(() => isRequired(questionAt(form, path)), [form.data]);
  const toggle = (symbol: string): void =>
    form.change(path, chosen.includes(symbol) ? chosen.filter((one) => one !== symbol) : [...chosen, symbol]);
  return (
    <fieldset
      class="group choice-group"
      id={idOf(pointer)}
      tabIndex={-1}
      aria-describedby={noteIds(form, pointer)}
    >
      <legend>
        {label}
        {required && <Required />}
      </legend>
      <Notes pointer={pointer} />
      <div class="choice-list">
        {shape.item.symbols.map((symbol) => (
          <label key={symbol}>
            <input type="checkbox" checked={chosen.includes(symbol)} onChange={() => toggle(symbol)} />
            {code(shape.item.list, symbol)}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
