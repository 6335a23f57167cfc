import { addressOf, idPattern } from '@puebla/schemas';
import { CliError } from './exit-codes.ts';
import { t } from './language.ts';

/**
 * The path of an event that a person names by agency and id, or by its address: with or without the exchange before it, or `<agency>/<id>`.
 * @throws CliError `usage` for anything else
 */
export function eventPath(address: string, id?: string): string {
  if (id !== undefined) return addressFrom(address, id);
  return addressFrom(...namedIn('events', address, 'mx-fgr/3f9c1a52'));
}

/** The same of a draft. @throws CliError `usage` for anything else */
export function draftPath(draft: string): string {
  const [agency, id] = namedIn('drafts', draft, 'ppt-office/decision-7');
  requireIds(agency, id);
  return `/v1/drafts/${agency}/${id}`;
}

function namedIn(
  collection: 'events' | 'drafts',
  address: string,
  example: string,
): readonly [agency: string, id: string] {
  const path = URL.canParse(address) ? new URL(address).pathname : address;
  const [, agency, id] = new RegExp(`^(?:/?v1/${collection}/)?([^/]+)/([^/]+)$`).exec(path) ?? [];
  if (agency !== undefined && id !== undefined) return [agency, id];
  throw new CliError(
    'usage',
    t(
      `${JSON.stringify(address)} is no address such as /v1/${collection}/${example}`,
      `${JSON.stringify(address)} no es una dirección como /v1/${collection}/${example}`,
    ),
  );
}

function addressFrom(agency: string, id: string): string {
  requireIds(agency, id);
  return addressOf(agency, id);
}

function requireIds(...ids: readonly string[]): void {
  if (ids.every((id) => idPattern.test(id))) return;
  throw new CliError(
    'usage',
    t('an id has 1 to 128 of A-Za-z0-9._~-', 'un id tiene de 1 a 128 de A-Za-z0-9._~-'),
  );
}
