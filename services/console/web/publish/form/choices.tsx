import { code } from '../../core/language.ts';
import type { Shape } from '../../core/shape.ts';
import { useForm } from './context.ts';
import { Fieldset, useRequired } from './fieldset.tsx';
import { itemsOf, type Path, valueAt } from './value.ts';

interface ChoicesProps {
  readonly shape: Extract<Shape, { is: 'choices' }>;
  readonly path: Path;
  readonly label: string;
}

/** Several symbols of a list, each once. */
export function Choices({ shape, path, label }: ChoicesProps) {
  const form = useForm();
  const chosen = itemsOf(valueAt(form.data, path));
  const required = useRequired(path);
  const toggle = (symbol: string): void =>
    form.change(path, chosen.includes(symbol) ? chosen.filter((one) => one !== symbol) : [...chosen, symbol]);
  return (
    <Fieldset path={path} label={label} required={required} class="choice-group">
      <div class="choice-list">
        {shape.item.symbols.map((symbol) => (
          <label key={symbol}>
            <input type="checkbox" checked={chosen.includes(symbol)} onChange={() => toggle(symbol)} />
            {code(shape.item.list, symbol)}
          </label>
        ))}
      </div>
    </Fieldset>
  );
}
