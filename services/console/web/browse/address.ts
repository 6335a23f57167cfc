import { type Filter, formatFilter, parseFilter } from '@puebla/schemas';
import { useLocation } from 'preact-iso';

/** What of a page of one kind stands in its address: the exchange's filter, what the page itself can be asked for, the record that is open. */
export interface Browsed<Own extends string> {
  readonly filter: Filter;
  readonly own: Readonly<Partial<Record<Own, readonly string[]>>>;
  /** `<agency>/<id>` */
  readonly open: string | undefined;
}

const others = ['open', 'sign-in'];

/** What is not of the page is passed over: an address may be older than the page, or cut short. */
export function useBrowsed<Own extends string>(
  names: readonly Own[],
): Browsed<Own> & { go(change: Partial<Browsed<Own>>): void } {
  const { url, path, route } = useLocation();
  const params = new URL(url, location.href).searchParams;
  const parsed = parseFilter(params, [...names, ...others]);
  const own: Partial<Record<Own, readonly string[]>> = {};
  for (const name of names) {
    const chosen = params.get(name)?.split(',') ?? [];
    if (chosen.length > 0) own[name] = chosen;
  }
  const browsed = {
    filter: parsed.ok ? parsed.filter : {},
    own,
    open: params.get('open') ?? undefined,
  };
  return { ...browsed, go: (change) => route(addressOf(path, { ...browsed, ...change })) };
}

function addressOf<Own extends string>(path: string, { filter, own, open }: Browsed<Own>): string {
  const params = formatFilter(filter);
  for (const [name, chosen] of Object.entries<readonly string[] | undefined>(own)) {
    if (chosen !== undefined && chosen.length > 0) params.set(name, chosen.join(','));
  }
  if (open !== undefined) params.set('open', open);
  const query = params.toString();
  return query === '' ? path : `${path}?${query}`;
}
