import { ApiError } from '../core/api.ts';
import { t } from '../core/language.ts';

/** What went wrong, in words; what the exchange has said of it where it has. */
export function ProblemNote({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  return (
    <div class="notice" role="alert">
      <p>{problemText(error)}</p>
      {again && (
        <button type="button" onClick={again}>
          {t('common.tryAgain')}
        </button>
      )}
    </div>
  );
}

function problemText(error: unknown): string {
  if (!(error instanceof ApiError)) return t('common.wentWrong');
  const { code, title, detail } = error.problem;
  if (code === 'network' || title === '') return t('common.unreachable');
  return detail === undefined ? title : `${title}: ${detail}`;
}
