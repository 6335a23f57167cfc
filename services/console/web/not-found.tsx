import { t } from './core/language.ts';

export function NotFound() {
  return (
    <main id="main" class="page">
      <h1>{t('common.notFound')}</h1>
      <p>
        <a href="/">{t('common.feed')}</a>
      </p>
    </main>
  );
}
