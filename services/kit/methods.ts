import type { Router } from 'express';
import type { Handler } from './http.ts';

/**
 * The methods that an address takes, for `Allow` (RFC 9110, 15.5.6); an empty list for an address that nobody serves.
 * Which things exist behind an address is not asked: `/v1/events/{agency}/{id}` is one address, whatever is there.
 */
export function methodsOf(
  path: string,
  hot: ReadonlyMap<string, Handler>,
  routers: readonly Router[],
): readonly string[] {
  const found = new Set<string>();
  for (const route of hot.keys()) {
    const [method = '', address] = route.split(' ');
    if (address === path) found.add(method);
  }
  for (const layer of routers.flatMap(({ stack }) => stack)) {
    if (layer.route === undefined || !matches(layer, path)) continue;
    for (const { method } of layer.route.stack) found.add(method.toUpperCase());
  }
  if (found.has('GET')) found.add('HEAD');
  return [...found].sort();
}

/** Express's own matching, so that the two never disagree; its types leave it out. */
function matches(layer: object, path: string): boolean {
  if (!('match' in layer) || typeof layer.match !== 'function') return false;
  try {
    return Boolean(layer.match(path));
  } catch {
    // An address that cannot be decoded is the address of nothing.
    return false;
  }
}
