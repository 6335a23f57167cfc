import { ApiError } from '../core/api.ts';
import { named } from '../core/language.ts';
import { ProblemNote } from '../parts/problem.tsx';

/** Why something that was sent was not taken, with each rule that it breaks. */
export function Refusal({ error }: { readonly error: unknown }) {
  if (error === undefined) return null;
  const violations = error instanceof ApiError ? (error.problem.violations ?? []) : [];
  return (
    <>
      <ProblemNote error={error} />
      {violations.length > 0 && (
        <ul>
          {violations.map(({ pointer, code, message }) => (
            <li key={`${pointer} ${code}`}>{named(message)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
