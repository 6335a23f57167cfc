import type { Directory } from '@puebla/schemas';
import escapeHtml from 'escape-html';
import { peopleByAgency } from './people.ts';

export type Language = 'en' | 'es';

const texts = {
  en: {
    title: 'Sign in to the exchange',
    demonstration:
      'EXERCISE. This is a demonstration: whoever can open this page may sign in as any of these posts, without a password.',
    who: 'Agency and post',
    go: 'Sign in',
    cancel: 'Cancel',
    gone: 'That post is not in the directory now. Choose another.',
    failed: 'Signing in did not work',
    again: 'Go back to where you came from and begin again.',
    elsewhere:
      'People cannot sign in here: this demonstration has no passwords, and the exchange is reached from other machines. Whoever runs it sets OIDC_ISSUER to an issuer that has them.',
  },
  es: {
    title: 'Entrar en el intercambio',
    demonstration:
      'EJERCICIO. Esto es una demostración: quien puede abrir esta página puede entrar como cualquiera de estos puestos, sin contraseña.',
    who: 'Agencia y puesto',
    go: 'Entrar',
    cancel: 'Cancelar',
    gone: 'Ese puesto no está ahora en el directorio. Elija otro.',
    failed: 'No se pudo entrar',
    again: 'Vuelva al lugar de donde vino y empiece de nuevo.',
    elsewhere:
      'Aquí no pueden entrar personas: esta demostración no tiene contraseñas y al intercambio se llega desde otras máquinas. Quien lo administra pone en OIDC_ISSUER un emisor que las tenga.',
  },
} as const;

/**
 * The page on which a person says who he is: a form without a script.
 *
 * @param action where the form goes
 * @param gone whether the one chosen before was not there
 */
export function signInPage(directory: Directory, language: Language, action: string, gone: boolean): string {
  const text = texts[language];
  const groups = [...peopleByAgency(directory)].map(([agency, people]) => {
    const name = directory.agencies.get(agency)?.name[language] ?? agency;
    const options = people.map((person) => {
      const id = escapeHtml(`${agency}/${person}`);
      return `<option value="${id}">${id}</option>`;
    });
    return `<optgroup label="${escapeHtml(name)}">${options.join('')}</optgroup>`;
  });
  return page(
    language,
    text.title,
    `<p>${text.demonstration}</p>
${gone ? `<p role="alert">${text.gone}</p>` : ''}
<form method="post" action="${escapeHtml(action)}">
<p><label for="who">${text.who}</label> <select id="who" name="who" required>${groups.join('')}</select></p>
<p><button name="do" value="sign-in">${text.go}</button> <button name="do" value="cancel" formnovalidate>${text.cancel}</button></p>
</form>`,
  );
}

/** What a person is told when it did not work; `code` is of the standard (`invalid_request`). */
export function failurePage(language: Language, code: string): string {
  const text = texts[language];
  return page(language, text.failed, `<p>${text.again}</p>\n<p><code>${escapeHtml(code)}</code></p>`);
}

/** Where nobody may sign in without a password. */
export function elsewherePage(language: Language): string {
  const text = texts[language];
  return page(language, text.failed, `<p>${text.elsewhere}</p>`);
}

function page(language: Language, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title} - Puebla</title></head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

/**
 * Nothing runs, nothing is loaded, nobody frames it. The form may go to this page and, since browsers hold what follows it to the same
 * rule, on to where the client waits.
 *
 * @param waitsAt origin of the client's address
 */
export function pagePolicy(waitsAt?: string): Readonly<Record<string, string>> {
  const form = waitsAt === undefined ? "'self'" : `'self' ${waitsAt}`;
  return {
    'Content-Security-Policy': `default-src 'none'; form-action ${form}; frame-ancestors 'none'; base-uri 'none'`,
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-store',
  };
}
