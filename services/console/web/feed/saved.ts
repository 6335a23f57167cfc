/** A filter that this browser keeps under a name, for one agency: what is asked for, never what was found. */
export interface SavedFilter {
  readonly name: string;
  /** The query of the feed's address. */
  readonly query: string;
}

const most = 50;

export function savedIn(text: string): readonly SavedFilter[] | undefined {
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Array.isArray(input) ? input.filter(isSaved) : undefined;
}

function isSaved(input: unknown): input is SavedFilter {
  const { name, query } = (input ?? {}) as Partial<SavedFilter>;
  return typeof name === 'string' && typeof query === 'string';
}

/** One name, one filter: the later takes the place. */
export function withSaved(saved: readonly SavedFilter[], added: SavedFilter): readonly SavedFilter[] {
  return [...withoutSaved(saved, added.name), added]
    .slice(-most)
    .sort((a, b) => a.name.localeCompare(b.name));
}

export function withoutSaved(saved: readonly SavedFilter[], name: string): readonly SavedFilter[] {
  return saved.filter((one) => one.name !== name);
}
