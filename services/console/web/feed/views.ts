/** What the feed can be seen as, side by side where there is room. */
export const views = ['list', 'map', 'timeline'] as const;
export type View = (typeof views)[number];

/** As they stand in an address, `list,map`; undefined where it names none: then what there is room for. */
export function viewsIn(text: string | null): readonly View[] | undefined {
  const asked = (text ?? '').split(',');
  const known = views.filter((view) => asked.includes(view));
  return known.length === 0 ? undefined : known;
}

/** Those that are shown. Where there is room for one alone it is the first that is asked for. */
export function shownViews(asked: readonly View[] | undefined, isWide: boolean): readonly View[] {
  if (isWide) return asked ?? views;
  return [asked?.[0] ?? 'list'];
}

/** After one of them was chosen: there is always one left. */
export function toggled(shown: readonly View[], view: View, isWide: boolean): readonly View[] | undefined {
  if (!isWide) return [view];
  const next = views.filter((one) => shown.includes(one) !== (one === view));
  if (next.length === views.length) return undefined;
  return next.length === 0 ? shown : next;
}
