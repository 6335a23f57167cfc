import { ApiError } from '../core/api.ts';
import { ProblemNote } from '../parts/problem.tsx';
import { ruleSays } from '../parts/rule.ts';

/** Why something that was sent was not taken, with each rule that it breaks. */
export function Refusal({ error }: { readonly error: unknown }) {
  if (error === undefined) return null;
  const violations = error instanceof ApiError ? (error.problem.violations ?? []) : [];
  return (
    <>
      <ProblemNote error={error} />
      {violations.length > 0 && (
        <ul>
          {violations.map(({ pointer, rule, message }) => (
            <li key={`${pointer} ${rule}`}>{ruleSays(rule, message)}</li>
          ))}
        </ul>
      )}
    </>
  );
}
