import type { Violation } from '@puebla/schemas';
import { counted } from '../core/language.ts';
import { placeName } from '../core/place.ts';
import type { RecordShape } from '../core/shape.ts';
import { idOf } from './form/context.ts';
import { focusAt } from './form/focus.ts';
import { noteText } from './form/notes.tsx';

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
              {placeName([shape], problem.pointer)}
            </a>
            : {noteText(problem)}
          </li>
        ))}
      </ul>
    </section>
  );
}
