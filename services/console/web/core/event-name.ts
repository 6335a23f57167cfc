/** An event is called `<agency>/<id>` throughout the page. */
export function nameOfEvent({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source}/${id}`;
}

/** @param address `/v1/events/<agency>/<id>` */
export function nameIn(address: string): string {
  return decodeURIComponent(address.slice('/v1/events/'.length));
}

/** The parts of a name, each fit for an address. */
export function pathOf(name: string): string {
  const slash = name.indexOf('/');
  return `${encodeURIComponent(name.slice(0, slash))}/${encodeURIComponent(name.slice(slash + 1))}`;
}

/** Where the page shows a record. */
export function recordAddress(name: string): string {
  return `/?open=${encodeURIComponent(name)}`;
}
