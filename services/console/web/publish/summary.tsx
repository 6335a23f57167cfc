import type { Violation } from '@puebla/schemas';
import { counted, fieldName, t } from '../core/language.ts';
import { idOf } from './form/context.ts';
import { focusAt } from './form/focus.ts';
import { noteText } from './form/notes.tsx';
import type { RecordShape, Shape } from './form/shape.ts';

interface SummaryProps {
  readonly problems: readonly Violation[];
  readonly shape: RecordShape;
}

/** All that is wrong, each with the way to it. */
export function Summary({ problems, shape }: SummaryProps) {
  if (problems.length === 0) return null;
  return (
    <section class="notice summary" id="summary" tabIndex={-1} aria-labelledby="summary-heading">
      <h2 id="summary-heading">{counted('publish.problems', problems.length)}</h2>
      <ul>
        {problems.map((problem, index) => (
          <li key={index}>
            <a
              href={`#${idOf(problem.pointer)}`}
              onClick={(event) => {
                event.preventDefault();
                focusAt(problem.pointer);
              }}
            >
              {placeName(shape, problem.pointer)}
            </a>
            : {noteText(problem)}
          </li>
        ))}
      </ul>
    </section>
  );
}

const attributes = ['tlp', 'audience', 'ackby', 'usecode', 'danger', 'confirmed'] as const;

/** Where a pointer leads, in the words of the form. */
function placeName(shape: RecordShape, pointer: string): string {
  const [top = '', ...tokens] = pointer.split('/').slice(1);
  const attribute = attributes.find((name) => name === top);
  if (attribute !== undefined) return t(`publish.${attribute}`);
  if (top !== 'data' || tokens.length === 0) return t('publish.event');
  let at: Shape | undefined = shape;
  const names = tokens.map((token) => {
    const here: Shape | undefined = at;
    if (here?.is === 'record') {
      at = here.fields.find(({ name }) => name === token)?.shape;
      return fieldName(here.name, token);
    }
    at = here?.is === 'list' || here?.is === 'texts' ? here.item : undefined;
    return String(Number(token) + 1);
  });
  return names.join(' › ');
}
