import { addressOf, idPattern } from '@puebla/schemas';
import { CliError } from './exit-codes.ts';
import { t } from './language.ts';

/**
 * The path of an event that a person names by agency and id, or by its address: with or without the exchange before it, or `<agency>/<id>`.
 * @throws CliError `usage` for anything else
 */
export function eventPath(address: string, id?: string): string {
  if (id !== undefined) return addressFrom(address, id);
  const path = URL.canParse(address) ? new URL(address).pathname : address;
  const [, agency, own] = /^(?:\/?v1\/events\/)?([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (agency === undefined || own === undefined) {
    throw new CliError(
      'usage',
      t(
        `${JSON.stringify(address)} is no address such as /v1/events/mx-fgr/3f9c1a52`,
        `${JSON.stringify(address)} no es una dirección como /v1/events/mx-fgr/3f9c1a52`,
      ),
    );
  }
  return addressFrom(agency, own);
}

function addressFrom(agency: string, id: string): string {
  if (!idPattern.test(agency) || !idPattern.test(id))
    throw new CliError(
      'usage',
      t('an id has 1 to 128 of A-Za-z0-9._~-', 'un id tiene de 1 a 128 de A-Za-z0-9._~-'),
    );
  return addressOf(agency, id);
}
